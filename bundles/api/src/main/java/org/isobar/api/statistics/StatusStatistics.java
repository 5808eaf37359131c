package org.isobar.api.statistics;

/**
 * Commands that did not end in GOOD, by SCSI status (SAM-5 §5.3.1).
 *
 * @param checkCondition CHECK CONDITION, told with sense data
 * @param busy BUSY
 * @param reservationConflict RESERVATION CONFLICT
 * @param taskSetFull TASK SET FULL
 * @param other any other status
 */
public record StatusStatistics(
        long checkCondition, long busy, long reservationConflict, long taskSetFull, long other) {}
