package org.isobar.api.raid;

/** How a set is, honestly. */
public enum RaidSetState {
    /** All columns there and in sync, redundancy consistent. */
    HEALTHY,
    /** Serving; redundancy of some regions is being made consistent after an unclean stop. */
    RESYNCING,
    /** Serving with less redundancy. */
    DEGRADED,
    /** Serving with less redundancy while a column is caught up. */
    REBUILDING,
    /** Not serving: more is lost than the level survives. Data is untouched; it comes back when the devices do. */
    OFFLINE
}
