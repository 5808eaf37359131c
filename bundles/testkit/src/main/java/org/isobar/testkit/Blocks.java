package org.isobar.testkit;

import io.netty.buffer.ByteBuf;
import java.util.function.BiConsumer;
import org.isobar.api.block.BlockLayer;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.lane.Lane;

/**
 * One request at a time for tests, from outside the lanes: submits it on a random lane, with a buffer that does not
 * begin at index 0, and runs the simulation until it completes.
 */
public final class Blocks {
    private static final int MARGIN_BYTES = 512;
    private static final int MARGINS = 3;

    private Blocks() {}

    /**
     * Reads.
     *
     * @throws AssertionError when it does not end in OK
     */
    public static byte[] read(final Simulation sim, final BlockLayer layer, final long offset, final int lengthBytes) {
        final byte[] bytes = new byte[lengthBytes];
        read(sim, layer, offset, lengthBytes, bytes);
        return bytes;
    }

    /**
     * Reads into the beginning of an array.
     *
     * @throws AssertionError when it does not end in OK
     */
    public static void read(
            final Simulation sim, final BlockLayer layer, final long offset, final int lengthBytes, final byte[] into) {
        final IoStatus status = read(sim, layer, offset, lengthBytes, into, false);
        if (status != IoStatus.OK) {
            throw new AssertionError(
                    "read failed: status=" + status + " offset=" + offset + " lengthBytes=" + lengthBytes);
        }
    }

    /** Reads and tells how it ended. */
    public static IoStatus readStatus(
            final Simulation sim, final BlockLayer layer, final long offset, final int lengthBytes) {
        return read(sim, layer, offset, lengthBytes, new byte[lengthBytes], false);
    }

    /** Reads what the medium gives, without a check against checksums, and tells how it ended. */
    public static IoStatus readUnchecked(
            final Simulation sim, final BlockLayer layer, final long offset, final byte[] into) {
        return read(sim, layer, offset, into.length, into, true);
    }

    /** Writes. */
    public static IoStatus write(final Simulation sim, final BlockLayer layer, final long offset, final byte[] bytes) {
        return write(sim, layer, offset, bytes, false);
    }

    /** Writes to stable media. */
    public static IoStatus writeDurable(
            final Simulation sim, final BlockLayer layer, final long offset, final byte[] bytes) {
        return write(sim, layer, offset, bytes, true);
    }

    /** Zeroes. */
    public static IoStatus zero(
            final Simulation sim, final BlockLayer layer, final long offset, final long lengthBytes) {
        return run(sim, layer, (request, lane) -> request.zero(lane, offset, lengthBytes, false));
    }

    /** Discards. */
    public static IoStatus discard(
            final Simulation sim, final BlockLayer layer, final long offset, final long lengthBytes) {
        return run(sim, layer, (request, lane) -> request.discard(lane, offset, lengthBytes));
    }

    /** Flushes. */
    public static IoStatus flush(final Simulation sim, final BlockLayer layer) {
        return run(sim, layer, IoRequest::flush);
    }

    private static IoStatus read(
            final Simulation sim,
            final BlockLayer layer,
            final long offset,
            final int lengthBytes,
            final byte[] into,
            final boolean unchecked) {
        final int index = MARGIN_BYTES * sim.random().nextInt(MARGINS);
        final ByteBuf buffer = Buffers.allocate(index + lengthBytes + MARGIN_BYTES);
        try {
            final IoStatus status = run(sim, layer, (request, lane) -> {
                request.read(lane, offset, lengthBytes, buffer, index);
                if (unchecked) {
                    request.takeUnchecked();
                }
            });
            buffer.getBytes(index, into, 0, lengthBytes);
            return status;
        } finally {
            buffer.release();
        }
    }

    private static IoStatus write(
            final Simulation sim,
            final BlockLayer layer,
            final long offset,
            final byte[] bytes,
            final boolean durable) {
        final int index = MARGIN_BYTES * sim.random().nextInt(MARGINS);
        final ByteBuf buffer = Buffers.allocate(index + bytes.length + MARGIN_BYTES);
        try {
            buffer.setBytes(index, bytes);
            return run(
                    sim, layer, (request, lane) -> request.write(lane, offset, bytes.length, buffer, index, durable));
        } finally {
            buffer.release();
        }
    }

    private static IoStatus run(final Simulation sim, final BlockLayer layer, final BiConsumer<IoRequest, Lane> setUp) {
        final Outcome outcome = new Outcome();
        final Lane lane = sim.lanes().lane(sim.random().nextInt(sim.lanes().count()));
        lane.execute(() -> {
            setUp.accept(outcome, lane);
            layer.submit(outcome);
        });
        sim.runUntil(() -> outcome.status != null);
        return outcome.status;
    }

    private static final class Outcome extends IoRequest {
        private IoStatus status;

        @Override
        protected void completed(final IoStatus how) {
            status = how;
        }
    }
}
