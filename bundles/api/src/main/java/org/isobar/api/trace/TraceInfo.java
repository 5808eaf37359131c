package org.isobar.api.trace;

/**
 * A picture of one trace.
 *
 * @param id number, unique while the member runs
 * @param initiator iSCSI name of the initiator, empty for a trace of one session
 * @param tsih the session, 0 for a trace of an initiator
 * @param snapBytes bytes kept of each PDU, 0 for all
 * @param limitBytes length at which the file is full
 * @param state how it is
 * @param startedWallMs when it was started, ms since 1970
 * @param fileBytes length of the file now
 * @param pdus recorded
 * @param droppedBytes bytes that came faster than they could be recorded, and are missing
 * @param file path on the member
 */
public record TraceInfo(
        int id,
        String initiator,
        int tsih,
        int snapBytes,
        long limitBytes,
        State state,
        long startedWallMs,
        long fileBytes,
        long pdus,
        long droppedBytes,
        String file) {
    /** How a trace is. */
    public enum State {
        /** Recording. */
        RUNNING,
        /** The file has reached its limit; no more is recorded. */
        FULL,
        /** Ended on request. */
        STOPPED,
        /** The file could not be written; the log says why. */
        FAILED
    }
}
