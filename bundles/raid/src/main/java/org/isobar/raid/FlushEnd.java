package org.isobar.raid;

import org.isobar.api.block.IoStatus;

/** Hears of the end of a flush over all columns. */
interface FlushEnd {
    /** Called once, on the lane of the flush. */
    void flushed(IoStatus status);
}
