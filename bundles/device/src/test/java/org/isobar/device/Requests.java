package org.isobar.device;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.isobar.api.block.BlockLayer;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.lane.Lane;

/** Submits requests on a lane and waits for them on the test's thread. */
final class Requests {
    private static final long LIMIT_S = 30;

    private Requests() {}

    /** A request that a thread waits for. */
    static final class Awaited extends IoRequest {
        final CompletableFuture<IoStatus> result = new CompletableFuture<>();

        @Override
        protected void completed(final IoStatus status) {
            if (!lane().current()) {
                result.completeExceptionally(new AssertionError("completed on another lane"));
            }
            result.complete(status);
        }

        IoStatus await() {
            try {
                return result.get(LIMIT_S, TimeUnit.SECONDS);
            } catch (final Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    static Awaited submit(final BlockLayer layer, final Awaited request) {
        request.lane().execute(() -> layer.submit(request));
        return request;
    }

    static IoStatus write(
            final BlockLayer layer, final Lane lane, final long offset, final byte[] bytes, final boolean durable) {
        final ByteBuf data = Buffers.allocate(Math.max(1, bytes.length)).setBytes(0, bytes);
        try {
            final Awaited request = new Awaited();
            request.write(lane, offset, bytes.length, data, 0, durable);
            return submit(layer, request).await();
        } finally {
            data.release();
        }
    }

    static IoStatus readInto(final BlockLayer layer, final Lane lane, final long offset, final byte[] into) {
        final ByteBuf data = Buffers.allocate(Math.max(1, into.length));
        try {
            final Awaited request = new Awaited();
            request.read(lane, offset, into.length, data, 0);
            final IoStatus status = submit(layer, request).await();
            data.getBytes(0, into);
            return status;
        } finally {
            data.release();
        }
    }

    static byte[] read(final BlockLayer layer, final Lane lane, final long offset, final int length) {
        final byte[] bytes = new byte[length];
        final IoStatus status = readInto(layer, lane, offset, bytes);
        if (status != IoStatus.OK) {
            throw new AssertionError("read at " + offset + " ended in " + status);
        }
        return bytes;
    }

    static IoStatus zero(
            final BlockLayer layer, final Lane lane, final long offset, final long length, final boolean durable) {
        final Awaited request = new Awaited();
        request.zero(lane, offset, length, durable);
        return submit(layer, request).await();
    }

    static IoStatus flush(final BlockLayer layer, final Lane lane) {
        final Awaited request = new Awaited();
        request.flush(lane);
        return submit(layer, request).await();
    }
}
