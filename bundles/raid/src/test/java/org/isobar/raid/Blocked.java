package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.raid.RaidSet;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.lane.Lane;

/** One write of which the test looks whether it has completed. */
final class Blocked extends IoRequest {
    private final SetWorld world;
    private final RaidSet set;
    private final long offset;
    private final byte[] bytes;
    private final ByteBuf buffer;
    private IoStatus status;

    Blocked(final SetWorld world, final long offset, final byte[] bytes) {
        this(world, world.set(), offset, bytes);
    }

    Blocked(final SetWorld world, final RaidSet set, final long offset, final byte[] bytes) {
        this.world = world;
        this.set = set;
        this.offset = offset;
        this.bytes = bytes;
        buffer = Buffers.allocate(bytes.length);
        buffer.setBytes(0, bytes);
    }

    void start() {
        start(false);
    }

    /** As {@link #start}; it is to be on stable media when it ends. */
    void startDurably() {
        start(true);
    }

    private void start(final boolean durably) {
        final Lane lane = world.sim().lanes().lane(1);
        lane.execute(() -> {
            write(lane, offset, buffer.capacity(), buffer, 0, durably);
            set.submit(this);
        });
    }

    /** Makes it a write of lane 1, which the caller submits there. */
    void setUp() {
        write(world.sim().lanes().lane(1), offset, buffer.capacity(), buffer, 0, false);
    }

    long offset() {
        return offset;
    }

    byte[] bytes() {
        return bytes;
    }

    /** How it ended, or null. */
    IoStatus status() {
        return status;
    }

    @Override
    protected void completed(final IoStatus how) {
        status = how;
        buffer.release();
    }
}
