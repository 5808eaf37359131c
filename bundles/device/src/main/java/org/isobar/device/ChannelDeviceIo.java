package org.isobar.device;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.common.lane.Lane;
import org.isobar.common.lane.Lanes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Device I/O over {@link FileChannel} and a few threads per device, where there is no io_uring. Holes cannot be
 * punched this way, so ZERO writes zeros.
 */
final class ChannelDeviceIo implements DeviceIo {
    static final String ENGINE = "filechannel";

    private static final Logger LOG = LoggerFactory.getLogger(ChannelDeviceIo.class);

    /** Enough to keep a disk's queue busy; a device that hangs blocks only its own. */
    private static final int THREADS = 4;

    private static final int TASKS_PER_LANE = 256;

    private final Lanes lanes;
    private final Executor control;
    private final boolean direct;
    private final Sink sink;
    private final FileChannel channel;
    /** A second descriptor whose every write is durable by itself. */
    private final FileChannel durableChannel;

    private final ExecutorService workers;
    private final Queue[] queues;
    private final Transfer.PunchSupport noPunch = new Transfer.PunchSupport(false);
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    ChannelDeviceIo(final Lanes lanes, final Executor control, final Path path, final boolean direct, final Sink sink) {
        this.lanes = lanes;
        this.control = control;
        this.direct = direct;
        this.sink = sink;
        final Set<OpenOption> options = new HashSet<>(Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
        if (direct) {
            options.add(ExtendedOpenOption.DIRECT);
        }
        channel = open(path, options);
        options.add(StandardOpenOption.DSYNC);
        try {
            durableChannel = open(path, options);
        } catch (final StorageException e) {
            closeQuietly(e);
            throw e;
        }
        workers = Executors.newFixedThreadPool(THREADS, task -> new Thread(task, "isobar-io-" + path.getFileName()));
        queues = new Queue[lanes.count()];
        for (int i = 0; i < queues.length; i++) {
            queues[i] = new Queue(lanes.lane(i));
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
                control.execute(this::closeFiles);
            }
        };
        for (int i = 0; i < queues.length; i++) {
            final Queue queue = queues[i];
            lanes.lane(i).execute(() -> queue.shut(laneIdle));
        }
        return closed;
    }

    private void closeFiles() {
        workers.shutdown();
        try {
            durableChannel.close();
            channel.close();
            closed.complete(null);
        } catch (final IOException e) {
            closed.completeExceptionally(new StorageException(Code.IO, "device cannot be closed", e));
        }
    }

    private void closeQuietly(final StorageException why) {
        try {
            channel.close();
        } catch (final IOException e) {
            why.addSuppressed(e);
        }
    }

    private static FileChannel open(final Path path, final Set<OpenOption> options) {
        try {
            return FileChannel.open(path, options);
        } catch (final IOException | UnsupportedOperationException e) {
            throw new StorageException(
                    Code.IO, "device cannot be opened: path=" + path + " error=" + e.getMessage(), e);
        }
    }

    /** The requests of one lane; owned by it, except for a task that a worker has. */
    private final class Queue {
        private final Lane lane;
        private final ArrayDeque<Task> idleTasks = new ArrayDeque<>(TASKS_PER_LANE);
        private final ArrayDeque<IoRequest> waiting = new ArrayDeque<>();
        private int busy;
        private boolean shut;
        private Runnable onIdle;

        Queue(final Lane lane) {
            this.lane = lane;
            for (int i = 0; i < TASKS_PER_LANE; i++) {
                idleTasks.push(new Task(this));
            }
        }

        void submit(final IoRequest request) {
            if (shut) {
                sink.finished(request, IoStatus.OFFLINE, Errno.NONE);
            } else if (!idleTasks.isEmpty()) {
                start(request);
            } else if (waiting.size() < WAITING_LIMIT) {
                waiting.addLast(request);
            } else {
                sink.finished(request, IoStatus.BUSY, Errno.NONE);
            }
        }

        void sync() {
            if (shut) {
                sink.synced(lane, IoStatus.OFFLINE, Errno.NONE);
                return;
            }
            busy++;
            workers.execute(() -> {
                final int errno = force();
                lane.execute(() -> {
                    busy--;
                    sink.synced(lane, Errno.status(errno), errno);
                    endIfIdle();
                });
            });
        }

        void shut(final Runnable idle) {
            shut = true;
            onIdle = idle;
            while (!waiting.isEmpty()) {
                sink.finished(waiting.pollFirst(), IoStatus.OFFLINE, Errno.NONE);
            }
            endIfIdle();
        }

        private void start(final IoRequest request) {
            busy++;
            final Task task = idleTasks.pop();
            task.request = request;
            workers.execute(task);
        }

        private void end(final Task task) {
            busy--;
            final IoRequest request = task.request;
            final IoStatus status = task.transfer.status();
            final int errno = task.transfer.errno();
            task.request = null;
            task.done = false;
            idleTasks.push(task);
            final IoRequest next = waiting.pollFirst();
            if (next != null) {
                start(next);
            }
            sink.finished(request, status, errno);
            endIfIdle();
        }

        private void endIfIdle() {
            if (onIdle != null && busy == 0) {
                final Runnable idle = onIdle;
                onIdle = null;
                idle.run();
            }
        }

        private int force() {
            try {
                channel.force(false);
                return Errno.NONE;
            } catch (final IOException e) {
                return -errnoOf(e);
            }
        }
    }

    /** One request: first run by a worker, which does it, then by the lane, which ends it. */
    private final class Task implements Runnable {
        private final Queue queue;
        private final Transfer transfer = new Transfer(direct, noPunch);
        private IoRequest request;
        private boolean done;

        Task(final Queue queue) {
            this.queue = queue;
        }

        @Override
        public void run() {
            if (done) {
                queue.end(this);
                return;
            }
            try {
                transfer.begin(request);
                while (transfer.step() != Transfer.Step.END) {
                    transfer.advance(move());
                }
            } catch (final RuntimeException e) {
                // A bug, e.g. a buffer released too early: the request must still end.
                LOG.error("device.request.failed op={}", request.op(), e);
                transfer.abort();
            }
            done = true;
            queue.lane.execute(this);
        }

        private int move() {
            final ByteBuffer bytes = transfer.buffer().nioBuffer(transfer.index(), (int) transfer.length());
            try {
                if (transfer.step() == Transfer.Step.READ) {
                    return Math.max(0, channel.read(bytes, transfer.offset()));
                }
                return (request.durable() ? durableChannel : channel).write(bytes, transfer.offset());
            } catch (final IOException e) {
                return errnoOf(e);
            }
        }
    }

    /** The negative error number; Java keeps only its text, so the ones that matter are told by that. */
    private static int errnoOf(final IOException e) {
        final String message = String.valueOf(e.getMessage());
        if (message.contains("No space left on device")) {
            return -Errno.ENOSPC;
        }
        if (message.contains("quota exceeded")) {
            return -Errno.EDQUOT;
        }
        if (message.contains("Read-only file system")) {
            return -Errno.EROFS;
        }
        return -Errno.EIO;
    }
}
