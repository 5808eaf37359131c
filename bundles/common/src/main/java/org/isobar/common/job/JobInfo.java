package org.isobar.common.job;

/**
 * A picture of one job.
 *
 * @param id unique since start, ascending
 * @param kind what it does, e.g. {@code rebuild}, {@code resync}, {@code initialize}, {@code zero}
 * @param subject what it does it to, e.g. {@code set=3 device=…}
 * @param state where it is
 * @param doneUnits work done so far
 * @param totalUnits all work, 0 when not known yet
 * @param unit unit of both, e.g. {@code bytes}, {@code sets}
 * @param startedWallMs wall-clock start, ms since 1970
 * @param endedWallMs wall-clock end, 0 while running
 * @param message what it last had to say, may be empty
 * @param unitsPerSecond rate over the last 10 to 20 s, or since it started if that is less; 0 when it has ended
 * @param expectedEndWallMs when it will have done everything at that rate, ms since 1970; 0 when that is not known
 */
public record JobInfo(
        long id,
        String kind,
        String subject,
        JobState state,
        long doneUnits,
        long totalUnits,
        String unit,
        long startedWallMs,
        long endedWallMs,
        String message,
        double unitsPerSecond,
        long expectedEndWallMs) {}
