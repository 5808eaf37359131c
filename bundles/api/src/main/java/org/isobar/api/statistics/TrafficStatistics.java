package org.isobar.api.statistics;

/**
 * Commands and payload since some beginning.
 *
 * @param read commands that read blocks
 * @param write commands that write blocks, those that compare or repeat included
 * @param other all other commands
 * @param errors those of them that did not end in GOOD
 * @param aborted commands that ended without an answer: aborted, or their connection was lost
 * @param inFlight commands not answered yet
 */
public record TrafficStatistics(
        CommandStatistics read,
        CommandStatistics write,
        CommandStatistics other,
        StatusStatistics errors,
        long aborted,
        long inFlight) {}
