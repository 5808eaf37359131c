package org.isobar.pool.log;

/** How much of the metadata area a record may take. */
public enum Claim {
    /** It may make the state grow, up to where room is kept free. */
    ORDINARY,
    /** It may make the state grow a little, and others cannot go on without it: up to half of the room kept free. */
    URGENT,
    /** It makes the state shrink, or must not fail: all there is. */
    RESERVE
}
