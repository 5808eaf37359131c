package org.isobar.pool.store;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.raid.RaidSet;

/** One request of a page move to a set, on the control lane; tried again while the set is busy. */
final class SlotIo extends IoRequest {
    private static final int TRIES_MAX = 500;
    private static final long BUSY_PAUSE_NS = 2_000_000;

    private final DataPath path;
    private final LiveSet set;
    private final Consumer<SlotIo> setUp;
    private final Consumer<IoStatus> end;
    private int tries;

    private SlotIo(final DataPath path, final LiveSet set, final Consumer<SlotIo> setUp, final Consumer<IoStatus> end) {
        this.path = path;
        this.set = set;
        this.setUp = setUp;
        this.end = end;
    }

    /** Reads as much as the buffer holds from {@code inSlot}. */
    static void read(
            final DataPath path,
            final LiveSet set,
            final int slot,
            final int inSlot,
            final ByteBuf into,
            final Consumer<IoStatus> end) {
        final long offset = set.slotOffset(slot) + inSlot;
        new SlotIo(path, set, io -> io.read(path.control(), offset, into.capacity(), into, 0), end).start();
    }

    /** Writes the whole buffer to {@code inSlot}. */
    static void write(
            final DataPath path,
            final LiveSet set,
            final int slot,
            final int inSlot,
            final ByteBuf from,
            final Consumer<IoStatus> end) {
        final long offset = set.slotOffset(slot) + inSlot;
        new SlotIo(path, set, io -> io.write(path.control(), offset, from.capacity(), from, 0, false), end).start();
    }

    /** Does at {@code inSlot} what a WRITE or ZERO asks. */
    static void change(
            final DataPath path,
            final LiveSet set,
            final int slot,
            final int inSlot,
            final IoRequest asked,
            final Consumer<IoStatus> end) {
        final long offset = set.slotOffset(slot) + inSlot;
        final int length = (int) asked.lengthBytes();
        final Consumer<SlotIo> setUp = asked.op() == IoOp.ZERO
                ? io -> io.zero(path.control(), offset, length, asked.durable())
                : io -> io.write(path.control(), offset, length, asked.data(), asked.dataIndex(), asked.durable());
        new SlotIo(path, set, setUp, end).start();
    }

    /** Makes what was written to a set survive power loss. */
    static void flush(final DataPath path, final LiveSet set, final Consumer<IoStatus> end) {
        new SlotIo(path, set, io -> io.flush(path.control()), end).start();
    }

    private void start() {
        final RaidSet raid = set.raid();
        if (raid == null) {
            end.accept(IoStatus.OFFLINE);
        } else {
            setUp.accept(this);
            raid.submit(this);
        }
    }

    @Override
    protected void completed(final IoStatus status) {
        if (op() == IoOp.WRITE || op() == IoOp.ZERO) {
            set.markWritten();
        }
        if (status == IoStatus.BUSY && tries < TRIES_MAX) {
            tries++;
            path.control().schedule(this::start, BUSY_PAUSE_NS);
        } else {
            end.accept(status);
        }
    }
}
