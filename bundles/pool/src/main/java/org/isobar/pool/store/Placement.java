package org.isobar.pool.store;

import java.util.List;

/** Where the new pages of a space get their slots. Never waits. Control lane. */
interface Placement {
    /** For a page that is written for the first time; {@link #settled} follows. */
    SlotSource choose(long page);

    /** Instead of those that have no room, or null when there is no other. */
    SlotSource instead(long page, List<SlotSource> full);

    /** The page has got a slot, or has not. */
    void settled(long page);

    /** Is used no more. */
    void close();

    /** What people call the volume. */
    void name(String volume);
}
