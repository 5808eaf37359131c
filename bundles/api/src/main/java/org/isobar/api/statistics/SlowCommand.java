package org.isobar.api.statistics;

/**
 * One command that took longer than the threshold, and where its time went; durations in microseconds.
 *
 * @param endedWallMs when it was answered, ms since 1970
 * @param tsih its session
 * @param initiatorName iSCSI name of the initiator
 * @param targetName iSCSI name of the target
 * @param command name, e.g. {@code READ(16)}, or the operation code as {@code 0x..}
 * @param lba first block, or -1 when the command has none
 * @param blocks number of blocks, or -1
 * @param status SCSI status byte it ended with
 * @param totalUs from the receipt of its PDU to its answer
 * @param queuedUs of these, until the logical unit got it
 * @param dataUs until its data-out had arrived, 0 when it has none
 * @param unitUs in the hands of the logical unit
 * @param answerUs from there to its answer
 */
public record SlowCommand(
        long endedWallMs,
        int tsih,
        String initiatorName,
        String targetName,
        String command,
        long lba,
        long blocks,
        int status,
        long totalUs,
        long queuedUs,
        long dataUs,
        long unitUs,
        long answerUs) {}
