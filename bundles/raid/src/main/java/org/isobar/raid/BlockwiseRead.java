package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import org.isobar.api.block.IoStatus;

/**
 * Reads a part of a strip block by block, after more than one element of its group turned out to be wrong somewhere in
 * it: each block that has redundancy left is had and mended, and only the others fail.
 */
final class BlockwiseRead implements PartEnd {
    private final LaneWork work;
    private final AssembledSet set;
    private final long stripe;
    private final int group;
    private final int element;
    private final int from;
    private final int end;
    private final ByteBuf into;
    private final int index;
    private final boolean inPlace;
    private final PartEnd parent;
    private IoStatus status = IoStatus.OK;
    private int cursor;

    BlockwiseRead(
            final LaneWork work,
            final AssembledSet set,
            final long stripe,
            final int group,
            final int element,
            final int from,
            final int length,
            final ByteBuf into,
            final int index,
            final boolean inPlace,
            final PartEnd parent) {
        this.work = work;
        this.set = set;
        this.stripe = stripe;
        this.group = group;
        this.element = element;
        this.from = from;
        this.into = into;
        this.index = index;
        this.inPlace = inPlace;
        this.parent = parent;
        cursor = from;
        end = from + length;
    }

    /** Reads the next block, or ends. */
    void next() {
        if (cursor == end) {
            parent.partEnded(status);
            return;
        }
        final SetLayout layout = set.layout();
        final int start = cursor;
        final int blockStart = layout.blockStart(start);
        final int blockEnd = layout.blockEnd(blockStart + 1);
        cursor = Math.min(blockEnd, end);
        final GroupRead read = work.groupRead();
        read.target(
                this, element, start, cursor - start, into, index + start - from, false, inPlace, 0, IoStatus.OFFLINE);
        read.assign(set, stripe, group, blockStart, blockEnd);
        read.start();
    }

    @Override
    public void partEnded(final IoStatus how) {
        if (how != IoStatus.OK && (status == IoStatus.OK || status == IoStatus.BUSY)) {
            status = how;
        }
        // A read that ended at once would otherwise nest.
        work.lane().execute(this::next);
    }
}
