package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import org.isobar.api.block.IoStatus;
import org.isobar.common.kernel.ParitySum;

/**
 * The read of a part of one data strip from the rest of its group: under the lock, so that it never mixes old data with
 * new redundancy. Pooled per lane.
 */
final class GroupRead extends GroupTask {
    private SetRequest parent;
    private int element;
    private ByteBuf into;
    private int index;
    private long failedElements;
    private IoStatus worst = IoStatus.OFFLINE;
    private boolean direct;
    private int firstRead;

    GroupRead(final LaneWork work) {
        super(work);
    }

    /**
     * Says what to read.
     *
     * @param failed elements that could not be read before
     * @param failure how that failed
     */
    void target(
            final SetRequest forParent,
            final int ofElement,
            final ByteBuf to,
            final int at,
            final long failed,
            final IoStatus failure) {
        parent = forParent;
        element = ofElement;
        into = to;
        index = at;
        failedElements = failed;
        worst = failure;
    }

    void start() {
        if (set().locks().acquire(this)) {
            run();
        }
    }

    /** The lock is held. */
    @Override
    public void run() {
        if (!refreshColumns().serving()) {
            finish(IoStatus.OFFLINE);
            return;
        }
        final long unreadable = unreadableElements() | failedElements;
        final long own = 1L << element;
        direct = (unreadable & own) == 0;
        if (!direct && unreadable != own) {
            finish(worst == IoStatus.IO_ERROR ? IoStatus.IO_ERROR : IoStatus.OFFLINE);
            return;
        }
        beginReads(false);
        if (direct) {
            readElement(element, into, index);
        } else {
            readOthers();
        }
        endOfPhase();
    }

    private void readOthers() {
        firstRead = element == 0 ? 1 : 0;
        for (int other = 0; other <= layout().dataStrips(); other++) {
            if (other == firstRead) {
                readElement(other, into, index);
            } else if (other != element) {
                readElement(other);
            }
        }
    }

    @Override
    void phaseEnded() {
        if (failed() != 0) {
            releaseScratch();
            failedElements |= failed();
            if (failure() == IoStatus.IO_ERROR) {
                worst = IoStatus.IO_ERROR;
            }
            // Ends soon: each round adds an element that failed, and the second one ends it.
            run();
        } else if (busy() != 0) {
            finish(IoStatus.BUSY);
        } else {
            if (!direct) {
                final ParitySum sum = work().paritySum().begin(length()).add(into, index);
                addScratchExcept(firstRead, sum);
                sum.into(into, index);
                set().countDegradedRead();
            }
            finish(IoStatus.OK);
        }
    }

    private void finish(final IoStatus status) {
        releaseScratch();
        set().locks().release(this);
        final SetRequest ended = parent;
        parent = null;
        into = null;
        clear();
        work().recycle(this);
        ended.partEnded(status);
    }
}
