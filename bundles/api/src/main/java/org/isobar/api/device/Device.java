package org.isobar.api.device;

import java.util.UUID;
import org.isobar.api.block.BlockLayer;

/**
 * One device of this member. The object stays the same while the device goes missing and returns, at whatever path;
 * requests submitted meanwhile end in {@link org.isobar.api.block.IoStatus#OFFLINE}. A ZERO may punch holes. A durable
 * WRITE reaches stable media by itself, without a FLUSH of everything else. A FLUSH whose device had an error since the
 * last one ends in IO_ERROR.
 *
 * <p>A request that the device does not answer in time ends in {@link org.isobar.api.block.IoStatus#ABORTED} when the device is
 * taken out for it. The operation itself may end later, or never, and until then data may still be read from and written to the
 * request's buffer. So the device holds a reference of its own to the buffer until that end. The submitter of a read must not use
 * the buffer any more, neither for another request nor for a caller of its own; it only releases it. What a write may still put
 * on the device harms nobody: the device is out, does not come back before all such operations have ended, and is then brought
 * up to date wherever a write to it has failed.
 */
public interface Device extends BlockLayer {
    /** Identity, from the superblock. */
    UUID uuid();

    /** Where things are on it. */
    DeviceLayout layout();

    /** Whether it serves. */
    DeviceState state();

    /** What the evidence says about it. Any lane may call. */
    default HealthState health() {
        return HealthState.GOOD;
    }

    /** Evidence against it: so many of its blocks did not match their checksums and were written anew. Any lane may call. */
    default void corrected(final int blocks) {}
}
