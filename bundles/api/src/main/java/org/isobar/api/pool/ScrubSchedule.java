package org.isobar.api.pool;

import org.isobar.api.StorageException;

/**
 * When the RAID sets of a pool are scrubbed by themselves.
 *
 * @param intervalDays how long after a scrub of a set the next one is due; 1 to 365, or 0 for never
 * @param fromHour hour of the day, UTC, from which on scrubs run; 0 to 23
 * @param untilHour hour of the day, UTC, before which they run; 1 to 24. Before {@code fromHour} means the next day
 */
public record ScrubSchedule(int intervalDays, int fromHour, int untilHour) {
    /** Longest interval. */
    public static final int INTERVAL_DAYS_MAX = 365;
    /** Hours of a day. */
    public static final int HOURS = 24;
    /** That of a pool for which none was set. */
    public static final ScrubSchedule DEFAULT = new ScrubSchedule(30, 0, HOURS);

    private static final long HOUR_MS = 3_600_000;

    public ScrubSchedule {
        check("intervalDays", intervalDays, 0, INTERVAL_DAYS_MAX);
        check("fromHour", fromHour, 0, HOURS - 1);
        check("untilHour", untilHour, 1, HOURS);
        if (fromHour == untilHour) {
            throw refused("untilHour: must differ from fromHour=" + fromHour + "; 0 to 24 is the whole day");
        }
    }

    /** Whether scrubs may run at a time, in ms since 1970. */
    public boolean allows(final long wallMs) {
        final long hour = Math.floorMod(Math.floorDiv(wallMs, HOUR_MS), (long) HOURS);
        final boolean within =
                fromHour < untilHour ? hour >= fromHour && hour < untilHour : hour >= fromHour || hour < untilHour;
        return intervalDays > 0 && within;
    }

    /** When a set that was scrubbed at a time is due again, in ms since 1970. */
    public long nextMs(final long wallMs) {
        return wallMs + (long) intervalDays * HOURS * HOUR_MS;
    }

    private static void check(final String name, final int value, final int min, final int max) {
        if (value < min || value > max) {
            throw refused(name + ": must be " + min + " to " + max + ", is " + value);
        }
    }

    private static StorageException refused(final String message) {
        return new StorageException(StorageException.Code.INVALID, message);
    }
}
