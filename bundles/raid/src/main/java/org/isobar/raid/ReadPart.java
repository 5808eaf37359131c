package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.HealthState;

/**
 * The read of a part of one strip straight from its device, without a lock, compared with its checksums unless that is not
 * wanted. What cannot be had that way, and what does not match (perhaps only because it is being written), is left to a
 * {@link GroupRead}. Pooled per lane.
 */
final class ReadPart extends IoRequest implements SumWaiter {
    private final LaneWork work;
    private SetRequest parent;
    private AssembledSet set;
    private long stripe;
    private int group;
    private int element;
    private int from;
    private boolean unchecked;
    private int triedElement;
    private ColumnSums sums;
    private long sumsOffset;

    ReadPart(final LaneWork work) {
        this.work = work;
    }

    void start(
            final SetRequest forParent,
            final AssembledSet ofSet,
            final long ofStripe,
            final int ofGroup,
            final int ofElement,
            final int first,
            final int length,
            final ByteBuf into,
            final int index,
            final boolean takesUnchecked) {
        parent = forParent;
        set = ofSet;
        stripe = ofStripe;
        group = ofGroup;
        element = ofElement;
        from = first;
        unchecked = takesUnchecked;
        final Columns columns = ofSet.columns();
        triedElement = choose(columns);
        if (ofSet.log().kept().any(ofStripe, ofGroup, ofElement, first, first + length)) {
            triedElement = element;
            lookUnderLock(length, into, index);
            return;
        }
        if (triedElement < 0) {
            reconstruct(0, IoStatus.OFFLINE, length, into, index);
            return;
        }
        final SetLayout layout = ofSet.layout();
        final int column = layout.column(ofStripe, ofGroup, triedElement);
        sums = columns.sums(column);
        sumsOffset = layout.columnOffset(ofStripe, ofGroup, triedElement) + first;
        if (sums != null && !ColumnSums.aligned(sumsOffset, length)) {
            lookUnderLock(length, into, index);
            return;
        }
        read(work.lane(), columns.chunkletOffset(column) + sumsOffset, length, into, index);
        columns.device(column).submit(this);
    }

    /** The element to read, or -1 when there is none to read directly. */
    private int choose(final Columns columns) {
        if (!columns.serving()) {
            return -1;
        }
        final SetLayout layout = set.layout();
        final boolean mirror = layout.dataStrips() == 1;
        int preferred = element;
        if (mirror && !set.intent().suspect(layout.region(stripe))) {
            // Alternate by address. Not while the copies may differ after a crash: then all must see the same one.
            preferred = (int) (stripe + group) & 1;
        }
        final int column = layout.column(stripe, group, preferred);
        if (columns.canRead(column)) {
            return mirror && slow(columns, column) && better(columns, 1 - preferred) ? 1 - preferred : preferred;
        }
        if (mirror && columns.canRead(layout.column(stripe, group, 1 - preferred))) {
            set.countDegradedRead();
            return 1 - preferred;
        }
        return -1;
    }

    private static boolean slow(final Columns columns, final int column) {
        return columns.device(column).health() != HealthState.GOOD;
    }

    /** Whether the other copy is there, on a sound device, and known to be the same. */
    private boolean better(final Columns columns, final int other) {
        final SetLayout layout = set.layout();
        final int column = layout.column(stripe, group, other);
        return columns.canRead(column)
                && !slow(columns, column)
                && !set.intent().suspect(layout.region(stripe));
    }

    @Override
    protected void completed(final IoStatus status) {
        if (status == IoStatus.OK && sums != null) {
            look();
        } else if (status == IoStatus.OK || status == IoStatus.BUSY || status == IoStatus.ABORTED) {
            // After ABORTED the device may still write to the caller's buffer: nothing else may be put there.
            end(status);
        } else {
            reconstruct(1L << triedElement, status, (int) lengthBytes(), data(), dataIndex());
        }
    }

    private void look() {
        final int length = (int) lengthBytes();
        if (unchecked || set.intent().suspect(set.layout().region(stripe))) {
            if (sums.anyLost(sumsOffset, length, data(), dataIndex())) {
                // An initiator may have written just that: now the checksum tells.
                unchecked = false;
                lookUnderLock(length, data(), dataIndex());
            } else {
                end(IoStatus.OK);
            }
            return;
        }
        final int missing = sums.missing(sumsOffset, length);
        if (missing >= 0) {
            sums.load(missing, work.lane(), this);
        } else if (sums.compare(sumsOffset, length, data(), dataIndex(), work.crc()) == SumVerdict.RIGHT) {
            end(IoStatus.OK);
        } else {
            lookUnderLock(length, data(), dataIndex());
        }
    }

    @Override
    public void sumsLoaded(final boolean there) {
        if (there) {
            look();
        } else {
            reconstruct(1L << triedElement, IoStatus.OFFLINE, (int) lengthBytes(), data(), dataIndex());
        }
    }

    private void end(final IoStatus status) {
        final SetRequest ended = parent;
        recycle();
        ended.partEnded(status);
    }

    /** Reads the tried element again: of two copies that one, so that it is mended when it is wrong. */
    private void lookUnderLock(final int length, final ByteBuf into, final int index) {
        element = triedElement;
        reconstruct(0, IoStatus.OFFLINE, length, into, index);
    }

    private void reconstruct(
            final long failedElements, final IoStatus failure, final int length, final ByteBuf into, final int index) {
        final GroupRead task = work.groupRead();
        task.target(parent, element, from, length, into, index, unchecked, false, failedElements, failure);
        task.assign(
                set, stripe, group, set.layout().blockStart(from), set.layout().blockEnd(from + length));
        recycle();
        task.start();
    }

    private void recycle() {
        parent = null;
        set = null;
        sums = null;
        work.recycle(this);
    }
}
