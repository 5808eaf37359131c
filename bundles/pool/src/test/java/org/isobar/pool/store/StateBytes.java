package org.isobar.pool.store;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.List;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.api.raid.RaidShape;
import org.isobar.pool.store.SetRecord.SetAdded;
import org.isobar.pool.store.SetRecord.SetIds;
import org.isobar.pool.store.SpaceRecord.PagesMapped;
import org.isobar.pool.store.SpaceRecord.PoolCreated;
import org.isobar.pool.store.SpaceRecord.SpaceCreated;

/** Writes a member's state record by record, also one that contradicts itself. */
public final class StateBytes {
    private static final byte FOUR_OPEN_SLOTS = 0b01010101;

    private final RecordWriter out = new RecordWriter();

    public StateBytes() {
        RecordCodec.write(new SetIds(1), out);
    }

    /** An empty pool. */
    public StateBytes pool(final String name, final String level) {
        RecordCodec.write(new PoolCreated(name, level, "any", false), out);
        return this;
    }

    /** A set whose first four slots are OPEN and whose other slots are FREE. */
    public StateBytes set(final String pool, final int pageBytes, final int slotCount, final RaidSetSpec spec) {
        final byte[] slots = new byte[SetState.slotMapBytes(slotCount)];
        slots[0] = FOUR_OPEN_SLOTS;
        RecordCodec.write(new SetAdded(pool, pageBytes, slotCount, spec, 0, List.of(), ByteBuffer.wrap(slots)), out);
        return this;
    }

    /** How sets of a shape are laid out. */
    public StateBytes layout(final RaidShape shape, final long fingerprint) {
        RecordCodec.write(new LayoutKnown(shape, fingerprint), out);
        return this;
    }

    /** A page space without pages. */
    public StateBytes space(final long volume, final long sizeBytes, final int pageBytes, final String pool) {
        RecordCodec.write(new SpaceCreated(volume, sizeBytes, pageBytes, pool, false), out);
        return this;
    }

    /** A page in a slot. */
    public StateBytes page(final long volume, final long page, final long set, final int slot) {
        RecordCodec.write(new PagesMapped(volume, page, 1, set, slot), out);
        return this;
    }

    /** The record of a page in a slot. */
    public static ByteBuf pageRecord(final long volume, final long page, final long set, final int slot) {
        return RecordCodec.encode(new PagesMapped(volume, page, 1, set, slot));
    }

    /** All records so far. */
    public byte[] bytes() {
        return out.toBytes();
    }
}
