package org.isobar.device;

import io.netty.channel.IoEventLoop;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.block.IoRequest;
import org.isobar.common.lane.Lane;
import org.isobar.common.lane.NettyLanes;

/** Device I/O on the lanes' own io_uring rings: no hand-over to other threads. */
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
     */
    RingDeviceIo(
            final NettyLanes lanes,
            final Executor control,
            final Path path,
            final boolean direct,
            final boolean blockDevice,
            final Sink sink) {
        this.lanes = lanes;
        this.control = control;
        fd = RingOpen.open(lanes.eventLoop(lanes.control()), path, direct, blockDevice);
        queues = new RingQueue[lanes.count()];
        final Transfer.PunchSupport punch = new Transfer.PunchSupport(true);
        for (int i = 0; i < queues.length; i++) {
            final Lane lane = lanes.lane(i);
            final RingQueue queue = new RingQueue(lane, fd, direct, punch, sink);
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

    private void closeFile() {
        try {
            new FileDescriptor(fd).close();
            closed.complete(null);
        } catch (final IOException e) {
            closed.completeExceptionally(new StorageException(Code.IO, "device cannot be closed: fd=" + fd, e));
        }
    }
}
