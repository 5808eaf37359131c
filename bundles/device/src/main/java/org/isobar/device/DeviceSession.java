package org.isobar.device;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Superblock;
import org.isobar.common.lane.Lane;
import org.isobar.device.health.IoTarget;
import org.isobar.device.health.WatchedIo;

/**
 * A device from one opening to the next loss: its file, the engine that does its I/O, and what is still to be flushed.
 */
final class DeviceSession implements DeviceIo.Sink, IoTarget {
    private final OpenFile file;
    private final DeviceErrors errors;
    private final DeviceIo io;
    private final FlushGate gate;
    private final LaneCounts begun;
    private SessionProbe probe;

    /**
     * Takes over an open file.
     *
     * @param lanes how many there are
     * @param engine opens the engine that reports to the sink given
     */
    DeviceSession(
            final OpenFile file,
            final DeviceErrors errors,
            final int lanes,
            final Function<DeviceIo.Sink, DeviceIo> engine) {
        this.file = file;
        this.errors = errors;
        io = engine.apply(this);
        gate = new FlushGate(io);
        begun = new LaneCounts(lanes);
    }

    OpenFile file() {
        return file;
    }

    String engine() {
        return io.engine();
    }

    /** The range has been checked. */
    @Override
    public void submit(final IoRequest request) {
        begun.count(request.lane());
        if (request.op() == IoOp.FLUSH) {
            gate.flush(request);
        } else {
            io.submit(request);
        }
    }

    @Override
    public void finished(final IoRequest request, final IoStatus status, final int errno) {
        if (errno != Errno.NONE) {
            errors.failed(request.op(), errno, request.offsetBytes());
            if (Errno.lasting(errno) && request instanceof WatchedIo watched) {
                watched.fails();
            }
        }
        if (request.op() == IoOp.READ || (status != IoStatus.OK && errno == Errno.NONE)) {
            request.complete(status);
            return;
        }
        if (status != IoStatus.OK) {
            gate.writeFailed();
        }
        if (request.op() == IoOp.WRITE && request.durable()) {
            request.complete(status);
            return;
        }
        gate.written();
        if (request.durable() && status == IoStatus.OK) {
            // A hole has no durable form of its own.
            gate.flush(request);
        } else {
            request.complete(status);
        }
    }

    @Override
    public void synced(final Lane lane, final IoStatus status, final int errno) {
        if (errno != Errno.NONE) {
            errors.failed(IoOp.FLUSH, errno, 0);
        }
        gate.synced(lane, status);
    }

    /** Requests so far. Any thread. */
    long begun() {
        return begun.sum();
    }

    /** The second way to the device, opened when it is asked for first. Control thread. */
    SessionProbe probe(final Supplier<SessionProbe> opener) {
        if (probe == null) {
            probe = opener.get();
        }
        return probe;
    }

    /** Overwrites both copies of the label; the device still serves. */
    void eraseLabel(final long sizeBytes) {
        file.writeDurably(ByteBuffer.allocate(Superblock.BYTES), 0);
        file.writeDurably(ByteBuffer.allocate(Superblock.BYTES), sizeBytes - Superblock.BYTES);
    }

    /** Lets what is under way end, then gives the device free for others. */
    CompletionStage<Void> close() {
        // All descriptors of the file go together: see OpenFile on its lock.
        return CompletableFuture.allOf(
                        io.close().toCompletableFuture(),
                        probe == null
                                ? CompletableFuture.completedFuture(null)
                                : probe.close().toCompletableFuture())
                .whenComplete((done, failure) -> file.close());
    }
}
