package org.isobar.device;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoOps;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.common.Check;
import org.isobar.common.lane.Lane;

/**
 * The requests of one lane to one device on the lane's ring. A request under way has a slot whose index is the
 * operation's user data (small enough for Netty's path without a look-up table); more requests than slots wait in a
 * bounded queue. All state is owned by the lane. Netty submits to the kernel when its ring is full and at the end of each turn of the
 * loop. What {@link PageCacheIo} does on the spot never comes to the ring.
 */
final class RingQueue implements IoUringIoHandle {
    static final int SLOTS = 256;
    /** User data of the sync, of which there is one at a time. */
    static final short SYNC_SLOT = SLOTS;

    private static final byte OP_FSYNC = 3;
    private static final byte OP_FALLOCATE = 17;
    private static final byte OP_READ = 22;
    private static final byte OP_WRITE = 23;
    private static final int FSYNC_DATASYNC = 1;
    private static final int WRITE_DSYNC = 2;
    /** Keep the file's size, punch a hole. */
    private static final int PUNCH_HOLE_KEEP_SIZE = 3;
    /** What the ring did not take is tried again after so long. */
    private static final long RETRY_NS = 1_000_000;

    private final Lane lane;
    private final int fd;
    private final DeviceIo.Sink sink;
    private final PageCacheIo pageCache;
    private final IoRequest[] requests = new IoRequest[SLOTS];
    private final Transfer[] transfers = new Transfer[SLOTS];
    private final short[] free = new short[SLOTS];
    private int freeCount = SLOTS;
    private int waitingCount;
    private IoRequest waitingHead;
    private IoRequest waitingTail;
    private boolean syncing;
    private boolean closed;
    private Runnable onIdle;
    private IoRegistration registration;

    RingQueue(
            final Lane lane,
            final int fd,
            final boolean direct,
            final Transfer.PunchSupport punch,
            final PageCacheIo pageCache,
            final DeviceIo.Sink sink) {
        this.lane = lane;
        this.fd = fd;
        this.pageCache = pageCache;
        this.sink = sink;
        for (short slot = 0; slot < SLOTS; slot++) {
            transfers[slot] = new Transfer(direct, punch);
            free[slot] = slot;
        }
    }

    /** Takes the handle that operations are submitted through; before the first request, visible to the lane. */
    void registeredAs(final IoRegistration ours) {
        registration = ours;
    }

    void submit(final IoRequest request) {
        if (closed) {
            sink.finished(request, IoStatus.OFFLINE, Errno.NONE);
        } else if (pageCache.done(request)) {
            sink.finished(request, IoStatus.OK, Errno.NONE);
        } else if (freeCount > 0) {
            start(request);
        } else if (waitingCount < DeviceIo.WAITING_LIMIT) {
            append(request);
        } else {
            sink.finished(request, IoStatus.BUSY, Errno.NONE);
        }
    }

    void sync() {
        if (closed) {
            sink.synced(lane, IoStatus.OFFLINE, Errno.NONE);
            return;
        }
        Check.that(!syncing, "a second sync of one device at the same time");
        syncing = true;
        submitSync();
    }

    /**
     * Starts nothing from now on.
     *
     * @param idle called on this lane once nothing is under way
     */
    void shut(final Runnable idle) {
        closed = true;
        onIdle = idle;
        refuseWaiting();
        endIfIdle();
    }

    @Override
    public void handle(final IoRegistration from, final IoEvent event) {
        final IoUringIoEvent completion = (IoUringIoEvent) event;
        ended((int) completion.userData(), completion.res());
    }

    /** The loop ends: what is under way still completes, nothing more starts. */
    @Override
    public void close() {
        closed = true;
        refuseWaiting();
    }

    private void ended(final int slot, final int result) {
        if (slot == SYNC_SLOT) {
            syncEnded(result);
        } else {
            final Transfer transfer = transfers[slot];
            transfer.advance(result);
            proceed(slot, transfer);
        }
    }

    private void start(final IoRequest request) {
        freeCount--;
        final int slot = free[freeCount];
        requests[slot] = request;
        final Transfer transfer = transfers[slot];
        transfer.begin(request);
        proceed(slot, transfer);
    }

    private void proceed(final int slot, final Transfer transfer) {
        switch (transfer.step()) {
            case READ -> submitMove(slot, transfer, OP_READ, 0);
            case WRITE -> submitMove(slot, transfer, OP_WRITE, requests[slot].durable() ? WRITE_DSYNC : 0);
            case PUNCH ->
                submitOp(OP_FALLOCATE, transfer.offset(), transfer.length(), PUNCH_HOLE_KEEP_SIZE, 0, (short) slot);
            case END -> end(slot, transfer);
        }
    }

    private void end(final int slot, final Transfer transfer) {
        final IoRequest request = requests[slot];
        requests[slot] = null;
        free[freeCount] = (short) slot;
        freeCount++;
        final IoStatus status = transfer.status();
        final int errno = transfer.errno();
        // Whoever waits goes before what the completion below may submit.
        final IoRequest waiting = pollWaiting();
        if (waiting != null) {
            start(waiting);
        }
        sink.finished(request, status, errno);
        endIfIdle();
    }

    private void submitMove(final int slot, final Transfer transfer, final byte opcode, final int flags) {
        final long address = transfer.buffer().memoryAddress() + transfer.index();
        submitOp(opcode, transfer.offset(), address, (int) transfer.length(), flags, (short) slot);
    }

    private void submitSync() {
        submitOp(OP_FSYNC, 0, 0, 0, FSYNC_DATASYNC, SYNC_SLOT);
    }

    private void submitOp(
            final byte opcode, final long off, final long address, final int len, final int flags, final short id) {
        final IoUringIoOps operation = new IoUringIoOps(
                opcode, (byte) 0, (short) 0, fd, off, address, len, flags, (long) id, (short) 0, (short) 0, 0, 0L);
        try {
            registration.submit(operation);
        } catch (final RuntimeException refused) {
            // The ring was full and the kernel took nothing (io_uring_enter(2): EAGAIN, EBUSY).
            lane.schedule(() -> ended(id, -Errno.EAGAIN), RETRY_NS);
        }
    }

    private void syncEnded(final int result) {
        if (result == -Errno.EINTR || result == -Errno.EAGAIN) {
            submitSync();
            return;
        }
        syncing = false;
        final int errno = Math.max(0, -result);
        sink.synced(lane, Errno.status(errno), errno);
        endIfIdle();
    }

    private void append(final IoRequest request) {
        request.next(null);
        if (waitingTail == null) {
            waitingHead = request;
        } else {
            waitingTail.next(request);
        }
        waitingTail = request;
        waitingCount++;
    }

    private IoRequest pollWaiting() {
        final IoRequest first = waitingHead;
        if (first != null) {
            waitingHead = first.next();
            waitingCount--;
            if (waitingHead == null) {
                waitingTail = null;
            }
        }
        return first;
    }

    private void refuseWaiting() {
        for (IoRequest request = pollWaiting(); request != null; request = pollWaiting()) {
            sink.finished(request, IoStatus.OFFLINE, Errno.NONE);
        }
    }

    private void endIfIdle() {
        if (onIdle != null && freeCount == SLOTS && !syncing) {
            final Runnable idle = onIdle;
            onIdle = null;
            registration.cancel();
            idle.run();
        }
    }
}
