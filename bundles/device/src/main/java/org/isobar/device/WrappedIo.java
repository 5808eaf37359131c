package org.isobar.device;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.isobar.api.block.BlockLayer;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.common.lane.Lane;

/**
 * An engine that can be led round through a layer, and back, while it works. What goes round does so in a request of ours, so
 * that the caller's is ended by its sink with the error number that the engine gave, and exactly once.
 */
final class WrappedIo implements DeviceIo, DeviceIo.Sink {
    private final Sink sink;
    private final DeviceIo io;
    private final Executor control;
    private final BlockLayer device;
    private final LanePool[] pools;
    private final Sync sync = new Sync();
    /** Requests of ours that have not ended, on all lanes. Untouched while nothing is led round. */
    private final AtomicLong round = new AtomicLong();

    private final CompletableFuture<Void> noneRound = new CompletableFuture<>();
    private volatile BlockLayer way;
    private volatile boolean closing;

    /**
     * Opens the engine.
     *
     * @param lanes how many there are
     * @param control what follows the closing runs there
     */
    WrappedIo(
            final long sizeBytes,
            final int lanes,
            final Executor control,
            final Sink sink,
            final Function<Sink, DeviceIo> engine) {
        this.sink = sink;
        this.control = control;
        io = engine.apply(this);
        device = new Inside(sizeBytes);
        pools = new LanePool[lanes];
        for (int i = 0; i < lanes; i++) {
            pools[i] = new LanePool();
        }
    }

    /** From now on requests go through what is made of the engine, or straight to it when that is the engine itself. */
    void lead(final UnaryOperator<BlockLayer> making) {
        final BlockLayer made = making.apply(device);
        way = made == device ? null : made;
    }

    /** Whether requests go through a layer. */
    boolean led() {
        return way != null;
    }

    /** Whether it is closed or about to be. */
    boolean closed() {
        return closing;
    }

    @Override
    public String engine() {
        return io.engine();
    }

    @Override
    public void submit(final IoRequest request) {
        final BlockLayer layer = way;
        if (layer == null) {
            io.submit(request);
        } else {
            final Passed passed = pools[request.lane().index()].take();
            passed.start(request);
            layer.submit(passed);
        }
    }

    @Override
    public void sync(final Lane lane) {
        final BlockLayer layer = way;
        if (layer == null) {
            io.sync(lane);
        } else {
            sync.start(lane);
            layer.submit(sync);
        }
    }

    @Override
    public void finished(final IoRequest request, final IoStatus status, final int errno) {
        if (request instanceof Passed passed) {
            passed.errno = errno;
            passed.complete(status);
        } else {
            sink.finished(request, status, errno);
        }
    }

    @Override
    public void synced(final Lane lane, final IoStatus status, final int errno) {
        // There is one sync at a time, so this one went round if any does.
        if (sync.pending()) {
            sync.errno = errno;
            sync.complete(status);
        } else {
            sink.synced(lane, status, errno);
        }
    }

    /** As every engine; what a layer holds ends OFFLINE when it is passed on, and is waited for. */
    @Override
    public CompletionStage<Void> close() {
        way = null;
        closing = true;
        if (round.get() == 0) {
            noneRound.complete(null);
        }
        return CompletableFuture.allOf(io.close().toCompletableFuture(), noneRound);
    }

    private void ended() {
        if (round.decrementAndGet() == 0 && closing) {
            // What follows may block, and this is a lane.
            control.execute(() -> noneRound.complete(null));
        }
    }

    /** The engine, as the layer sees it. */
    private final class Inside implements BlockLayer {
        private final long sizeBytes;

        Inside(final long sizeBytes) {
            this.sizeBytes = sizeBytes;
        }

        @Override
        public long sizeBytes() {
            return sizeBytes;
        }

        @Override
        public int blockBytes() {
            return FileDevice.BLOCK_BYTES;
        }

        @Override
        public void submit(final IoRequest request) {
            if (request.op() == IoOp.FLUSH) {
                io.sync(request.lane());
            } else {
                io.submit(request);
            }
        }
    }

    /** Requests of one lane that are not in use. */
    private final class LanePool {
        private final ArrayDeque<Passed> idle = new ArrayDeque<>();

        Passed take() {
            final Passed passed = idle.pollLast();
            return passed == null ? new Passed(this) : passed;
        }
    }

    /** One request in the place of the caller's. */
    private final class Passed extends IoRequest {
        private final LanePool pool;
        private IoRequest caller;
        private int errno;

        Passed(final LanePool pool) {
            this.pool = pool;
        }

        void start(final IoRequest request) {
            round.incrementAndGet();
            caller = request;
            errno = Errno.NONE;
            part(request, request.offsetBytes(), request.lengthBytes(), request.dataIndex());
        }

        @Override
        protected void completed(final IoStatus status) {
            final IoRequest request = caller;
            final int why = errno;
            caller = null;
            pool.idle.addLast(this);
            sink.finished(request, status, why);
            ended();
        }
    }

    /** The sync, of which there is one at a time. */
    private final class Sync extends IoRequest {
        private int errno;

        void start(final Lane lane) {
            round.incrementAndGet();
            errno = Errno.NONE;
            flush(lane);
        }

        @Override
        protected void completed(final IoStatus status) {
            sink.synced(lane(), status, errno);
            ended();
        }
    }
}
