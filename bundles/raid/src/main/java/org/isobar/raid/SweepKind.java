package org.isobar.raid;

/** Why stripes are gone through. */
enum SweepKind {
    /** Make redundancy match the data. */
    RESYNC,
    /** Write a column from the others. */
    CATCH_UP,
    /** Compare redundancy with the data. */
    SCRUB
}
