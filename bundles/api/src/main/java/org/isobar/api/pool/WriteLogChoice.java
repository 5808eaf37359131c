package org.isobar.api.pool;

/** Whether the sets of a new pool are to have a write log. */
public enum WriteLogChoice {
    /** As the level needs: on where it has a write hole that a log can close (RAID 5 and 50), else off (RAID 10). */
    AS_NEEDED,
    /** On; refused where the level needs or can have none, or the chunklets are too short for one. */
    ON,
    /** Off: faster for small writes, and a loss of power and of a device in one event may damage what was durable. */
    OFF;

    public static WriteLogChoice of(final boolean on) {
        return on ? ON : OFF;
    }
}
