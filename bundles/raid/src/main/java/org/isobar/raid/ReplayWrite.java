package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;

/** Puts one piece of a log slot, or some of its rows, in its place, under the lock of its stripe. Control lane only. */
final class ReplayWrite extends GroupTask {
    private final CompletableFuture<Long> end = new CompletableFuture<>();
    private final ByteBuf content;
    private final int index;
    private final long elements;
    private final long zeros;
    private long missing;

    /**
     * Sets up the write of a range of some elements of a stripe.
     *
     * @param zeros mask of the elements that become zero, and have no content
     * @param content that of the others, one after the other
     * @param index where it begins
     */
    ReplayWrite(
            final LaneWork work,
            final AssembledSet set,
            final int group,
            final long stripe,
            final int from,
            final int to,
            final long elements,
            final long zeros,
            final ByteBuf content,
            final int index) {
        super(work);
        this.content = content;
        this.index = index;
        this.elements = elements;
        this.zeros = zeros;
        assign(set, stripe, group, from, to);
    }

    /** Ends with a mask of the columns that are relied upon but were not written. */
    CompletableFuture<Long> start() {
        if (set().locks().acquire(this)) {
            run();
        }
        return end;
    }

    @Override
    public void run() {
        refreshColumns();
        beginWrites(false);
        missing = columnsOf(elements) & columns().missing();
        int at = index;
        for (long left = elements; left != 0; left &= left - 1) {
            final int element = Long.numberOfTrailingZeros(left);
            final boolean zero = (zeros & 1L << element) != 0;
            if (columns().canRead(column(element))) {
                if (zero) {
                    zeroElement(element);
                } else {
                    writeElement(element, content, at);
                }
            }
            at += zero ? 0 : length();
        }
        endOfPhase();
    }

    @Override
    void phaseEnded() {
        final long lost = missing | columnsOf(failed() | busy());
        set().locks().release(this);
        clear();
        end.complete(lost);
    }
}
