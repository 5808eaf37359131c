package org.isobar.api.raid;

/** Whether a column's content can be relied on; a durable property, apart from whether its device is there. */
public enum ColumnState {
    /** Holds everything acknowledged. */
    IN_SYNC,
    /** Missed writes, or is the fresh target of a rebuild; not read before it has caught up. */
    STALE
}
