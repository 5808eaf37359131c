package org.isobar.raid;

/** How the engine treats a column. */
enum ColumnStatus {
    /** In sync and attached: read and written. */
    SERVING,
    /** Stale and attached: written, never read. */
    TARGET,
    /** In sync, not attached, and no write missed it so far. */
    ABSENT,
    /** Misses writes, and that is not durable yet: nobody who depends on it gets an answer. */
    STALING,
    /** Durably stale, not attached. */
    STALE
}
