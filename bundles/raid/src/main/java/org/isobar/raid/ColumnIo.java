package org.isobar.raid;

import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.api.device.SumBlock;

/**
 * One read, write or zero of a strip's part on its device, on behalf of a {@link GroupTask} that holds the lock. Checks
 * what it reads against the column's checksums, and renews those of what it writes. Pooled per lane.
 */
final class ColumnIo extends IoRequest implements Runnable, SumWaiter {
    private static final long BUSY_RETRY_NS = 1_000_000;
    private static final long BUSY_PATIENCE_NS = 10_000_000_000L;

    private final LaneWork work;
    private GroupTask task;
    private Device device;
    private ColumnSums sums;
    private long sumsOffset;
    /** Of each block that is written. Made before the device gets it: afterwards it has left the processor's caches. */
    private int[] blockSums = new int[0];

    private int element;
    private boolean patient;
    private boolean waited;
    private boolean submitted;
    private boolean pinned;
    private long busySinceNs;

    ColumnIo(final LaneWork work) {
        this.work = work;
    }

    /**
     * Submits what was set up.
     *
     * @param ofColumn the column's checksums, or null to do without
     * @param inChunklet where in its chunklet the range begins
     * @param waitsWhenBusy whether BUSY is tried again for some time before it is reported
     */
    void start(
            final GroupTask owner,
            final Device on,
            final ColumnSums ofColumn,
            final long inChunklet,
            final int ofElement,
            final boolean waitsWhenBusy) {
        task = owner;
        device = on;
        sums = ofColumn;
        sumsOffset = inChunklet;
        element = ofElement;
        patient = waitsWhenBusy;
        waited = false;
        submitted = false;
        pinned = false;
        if (op() == IoOp.READ || pinSums()) {
            submit();
        }
    }

    private void submit() {
        submitted = true;
        if (pinned) {
            sumUp();
        }
        device.submit(this);
    }

    private void sumUp() {
        final int blocks = (int) (lengthBytes() / SumBlock.DATA_BYTES);
        if (blockSums.length < blocks) {
            blockSums = new int[blocks];
        }
        task.copySums(element, data(), dataIndex(), blockSums);
        if (task.marksLost() && data() != null) {
            sums.markLost(sumsOffset, blocks, data(), dataIndex(), blockSums);
        }
    }

    /** Checksums to be changed must stay in memory from before the change until after it. */
    private boolean pinSums() {
        if (sums == null) {
            return true;
        }
        final int missing = sums.pin(sumsOffset, lengthBytes());
        if (missing >= 0) {
            sums.load(missing, lane(), this);
            return false;
        }
        pinned = true;
        return true;
    }

    @Override
    public void sumsLoaded(final boolean there) {
        if (!submitted) {
            if (!there) {
                complete(IoStatus.OFFLINE);
            } else if (pinSums()) {
                submit();
            }
        } else if (there) {
            look();
        } else {
            end(IoStatus.OFFLINE, false);
        }
    }

    @Override
    protected void completed(final IoStatus status) {
        if (status == IoStatus.BUSY && patient && waits()) {
            lane().schedule(this, BUSY_RETRY_NS);
        } else if (status != IoStatus.OK || sums == null) {
            end(status, false);
        } else if (op() == IoOp.READ) {
            look();
        } else {
            sums.written(sumsOffset, lengthBytes(), blockSums);
            end(status, false);
        }
    }

    /** Compares what was read with its checksums. */
    private void look() {
        final int length = (int) lengthBytes();
        if (task.takesUnchecked() && !sums.anyLost(sumsOffset, length, data(), dataIndex())) {
            end(IoStatus.OK, false);
            return;
        }
        if (task.unverifiable() && !task.examines()) {
            final boolean lost = sums.anyLost(sumsOffset, length, data(), dataIndex());
            end(lost ? IoStatus.IO_ERROR : IoStatus.OK, lost);
            return;
        }
        final int missing = sums.missing(sumsOffset, length);
        if (missing >= 0) {
            sums.load(missing, lane(), this);
            return;
        }
        if (task.examines()) {
            end(IoStatus.OK, false);
            return;
        }
        final SumVerdict verdict = sums.compare(sumsOffset, length, data(), dataIndex(), work.crc());
        if (verdict == SumVerdict.RIGHT) {
            end(IoStatus.OK, false);
        } else if (sums.missing(sumsOffset, length) >= 0) {
            look();
        } else if (verdict == SumVerdict.UNKNOWN && task.trusts()) {
            adopt();
        } else {
            if (verdict == SumVerdict.UNKNOWN) {
                task.doubts(element);
            }
            end(IoStatus.IO_ERROR, true);
        }
    }

    /** Takes what was read for right, and makes checksums of it. */
    private void adopt() {
        if (pinSums()) {
            sums.written(sumsOffset, lengthBytes(), task.sumsOf(data(), dataIndex()));
            end(IoStatus.OK, false);
        }
    }

    private void end(final IoStatus status, final boolean corrupt) {
        if (pinned) {
            sums.unpin(sumsOffset, lengthBytes());
            pinned = false;
        }
        final GroupTask owner = task;
        final int ended = element;
        task = null;
        device = null;
        sums = null;
        work.recycle(this);
        owner.ioEnded(ended, status, corrupt);
    }

    /** Tries again after the device was busy. */
    @Override
    public void run() {
        switch (op()) {
            case READ -> read(lane(), offsetBytes(), (int) lengthBytes(), data(), dataIndex());
            case WRITE -> write(lane(), offsetBytes(), (int) lengthBytes(), data(), dataIndex(), durable());
            default -> zero(lane(), offsetBytes(), lengthBytes(), durable());
        }
        device.submit(this);
    }

    private boolean waits() {
        final long now = work.clock().nanoTime();
        if (!waited) {
            waited = true;
            busySinceNs = now;
        }
        return now - busySinceNs < BUSY_PATIENCE_NS;
    }
}
