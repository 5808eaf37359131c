package org.isobar.device;

import io.netty.channel.IoEventLoop;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.block.IoRequest;
import org.isobar.common.lane.Lane;
import org.isobar.common.lane.NettyLanes;

/** Device I/O on the lanes' own io_uring rings, or on the spot where {@link PageCacheIo} can: no hand-over to other threads. */
final class RingDeviceIo implements DeviceIo {
    static final String ENGINE = "io_uring";

    private final NettyLanes lanes;
    private final Executor control;
    private final int fd;
    private final RingQueue[] queues;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    /**
     * Opens the device a second time, for the rings; waits, so never called on a lane.
     *
     * @param control runs what blocks when the device is closed
     * @param file stays open until this is closed
     */
    RingDeviceIo(
            final NettyLanes lanes,
            final Executor control,
            final OpenFile file,
            final boolean direct,
            final Sink sink) {
        this.lanes = lanes;
        this.control = control;
        final boolean blockDevice = file.identity().isBlockDevice();
        final PageCacheIo.Scope scope = scopeOf(file, blockDevice, direct);
        fd = RingOpen.open(lanes.eventLoop(lanes.control()), file.path(), direct, blockDevice);
        queues = new RingQueue[lanes.count()];
        final Transfer.PunchSupport punch = new Transfer.PunchSupport(true);
        for (int i = 0; i < queues.length; i++) {
            final Lane lane = lanes.lane(i);
            final PageCacheIo pageCache = new PageCacheIo(file.channel(), scope, System::nanoTime);
            final RingQueue queue = new RingQueue(lane, fd, direct, punch, pageCache, sink);
            final IoEventLoop loop = lanes.eventLoop(lane);
            queue.registeredAs(loop.register(queue).syncUninterruptibly().getNow());
            queues[i] = queue;
        }
    }

    @Override
    public String engine() {
        return ENGINE;
    }

    @Override
    public void submit(final IoRequest request) {
        queues[request.lane().index()].submit(request);
    }

    @Override
    public void sync(final Lane lane) {
        queues[lane.index()].sync();
    }

    @Override
    public CompletionStage<Void> close() {
        final AtomicInteger busyLanes = new AtomicInteger(queues.length);
        final Runnable laneIdle = () -> {
            if (busyLanes.decrementAndGet() == 0) {
                control.execute(this::closeFile);
            }
        };
        for (int i = 0; i < queues.length; i++) {
            final RingQueue queue = queues[i];
            lanes.lane(i).execute(() -> queue.shut(laneIdle));
        }
        return closed;
    }

    private static PageCacheIo.Scope scopeOf(final OpenFile file, final boolean blockDevice, final boolean direct) {
        try {
            return PageCacheIo.scopeOf(file.path(), blockDevice, direct);
        } catch (final IOException e) {
            throw new StorageException(
                    Code.IO,
                    "device's file system cannot be told: path=" + file.path() + " error=" + e.getMessage(),
                    e);
        }
    }

    private void closeFile() {
        try {
            new FileDescriptor(fd).close();
            closed.complete(null);
        } catch (final IOException e) {
            closed.completeExceptionally(new StorageException(Code.IO, "device cannot be closed: fd=" + fd, e));
        }
    }
}
