package org.isobar.api.pool;

/** How near a pool is to refusing first writes; in order of urgency. */
public enum PoolFullness {
    /** Below its thresholds. */
    NORMAL(0),
    /** At or above the warning threshold. */
    WARNING(1),
    /** At or above the critical threshold. */
    CRITICAL(2),
    /** Nothing free and nothing to grow from: first writes end in NO_SPACE; overwriting, unmapping, deleting go on. */
    FULL(3);

    private final int urgency;

    PoolFullness(final int urgency) {
        this.urgency = urgency;
    }

    /** The state as a figure for monitoring, 0 for {@link #NORMAL} to 3 for {@link #FULL}. */
    public int urgency() {
        return urgency;
    }
}
