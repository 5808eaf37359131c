package org.isobar.api.raid;

import java.util.concurrent.CompletionStage;

/**
 * Where the engine makes column states durable; implemented by the page store over its metadata log. Called on the
 * control lane; stages complete on the control lane. A stage that fails makes the engine fence the set (OFFLINE).
 */
public interface RaidSetJournal {
    /**
     * The column misses writes from now on. The engine acknowledges no write that the column missed before this is on
     * stable media.
     */
    CompletionStage<Void> columnStale(long setId, int column);

    /**
     * The column of a rebuild says from now on, on its own device, what it does not hold yet: work that is cut short goes on
     * with {@link RaidSet#catchUp}. A stage that fails ends the rebuild.
     */
    CompletionStage<Void> rebuildBegun(long setId, int column);

    /** The column has caught up. */
    CompletionStage<Void> columnInSync(long setId, int column);
}
