package org.isobar.api.device;

import java.util.UUID;
import org.isobar.api.block.BlockLayer;

/**
 * One device of this member. The object stays the same while the device goes missing and returns, at whatever path;
 * requests submitted meanwhile end in {@link org.isobar.api.block.IoStatus#OFFLINE}. A ZERO may punch holes. A durable
 * WRITE reaches stable media by itself, without a FLUSH of everything else. A FLUSH whose device had an error since the
 * last one ends in IO_ERROR.
 */
public interface Device extends BlockLayer {
    /** Identity, from the superblock. */
    UUID uuid();

    /** Where things are on it. */
    DeviceLayout layout();

    /** Whether it serves. */
    DeviceState state();
}
