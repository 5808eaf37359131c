package org.isobar.raid;

import org.isobar.api.block.IoStatus;

/** Waits until it is settled whether the set lives on without certain columns. */
interface ColumnVerdict {
    /**
     * Called once, on the control lane.
     *
     * @param verdict OK when the columns are durably stale (or serve again), OFFLINE when the set does not survive it
     */
    void columnsSettled(IoStatus verdict);
}
