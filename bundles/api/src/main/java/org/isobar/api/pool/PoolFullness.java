package org.isobar.api.pool;

/** How near a pool is to refusing first writes; in order of urgency. */
public enum PoolFullness {
    /** Below its thresholds. */
    NORMAL,
    /** At or above the warning threshold. */
    WARNING,
    /** At or above the critical threshold. */
    CRITICAL,
    /** Nothing free and nothing to grow from: first writes end in NO_SPACE; overwriting, unmapping, deleting go on. */
    FULL
}
