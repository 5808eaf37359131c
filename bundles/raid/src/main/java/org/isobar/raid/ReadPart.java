package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;

/**
 * The read of a part of one strip straight from its device, without a lock. What cannot be had that way is left to a
 * {@link GroupRead}. Pooled per lane.
 */
final class ReadPart extends IoRequest {
    private final LaneWork work;
    private SetRequest parent;
    private AssembledSet set;
    private long stripe;
    private int group;
    private int element;
    private int from;
    private int triedElement;

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
            final int index) {
        parent = forParent;
        set = ofSet;
        stripe = ofStripe;
        group = ofGroup;
        element = ofElement;
        from = first;
        final Columns columns = ofSet.columns();
        triedElement = choose(columns);
        if (triedElement < 0) {
            reconstruct(0, IoStatus.OFFLINE, length, into, index);
            return;
        }
        final SetLayout layout = ofSet.layout();
        final int column = layout.column(ofStripe, ofGroup, triedElement);
        final long offset =
                columns.chunkletOffset(column) + layout.columnOffset(ofStripe, ofGroup, triedElement) + first;
        read(work.lane(), offset, length, into, index);
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
        if (columns.canRead(layout.column(stripe, group, preferred))) {
            return preferred;
        }
        if (mirror && columns.canRead(layout.column(stripe, group, 1 - preferred))) {
            set.countDegradedRead();
            return 1 - preferred;
        }
        return -1;
    }

    @Override
    protected void completed(final IoStatus status) {
        if (status == IoStatus.OK || status == IoStatus.BUSY) {
            final SetRequest ended = parent;
            recycle();
            ended.partEnded(status);
        } else {
            reconstruct(1L << triedElement, status, (int) lengthBytes(), data(), dataIndex());
        }
    }

    private void reconstruct(
            final long failedElements, final IoStatus failure, final int length, final ByteBuf into, final int index) {
        final GroupRead task = work.groupRead();
        task.assign(set, stripe, group, from, from + length);
        task.target(parent, element, into, index, failedElements, failure);
        recycle();
        task.start();
    }

    private void recycle() {
        parent = null;
        set = null;
        work.recycle(this);
    }
}
