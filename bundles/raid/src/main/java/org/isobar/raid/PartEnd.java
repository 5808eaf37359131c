package org.isobar.raid;

import org.isobar.api.block.IoStatus;

/** Waits for the end of a part of its work, on its lane. */
interface PartEnd {
    /** A part has ended. */
    void partEnded(IoStatus how);
}
