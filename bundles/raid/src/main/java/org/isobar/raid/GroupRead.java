package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.SumBlock;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.kernel.ParitySum;

/**
 * The read of a part of one strip under the lock, so that it never mixes old data with new redundancy: from its own
 * column, or else from the rest of its group. What does not match its checksums is mended. Works on whole blocks. Pooled
 * per lane.
 */
final class GroupRead extends GroupTask {
    private PartEnd parent;
    private int element;
    private ByteBuf into;
    private int index;
    private int wantedFrom;
    private int wantedLength;
    private boolean unchecked;
    private boolean inPlace;
    /** Whole blocks, when less is wanted. */
    private ByteBuf wide;

    private long failedElements;
    private long corruptElements;
    private long doubtfulElements;
    private IoStatus worst = IoStatus.OFFLINE;
    private boolean direct;
    private boolean mending;
    /** Blocks of the own element that do not match their checksums. */
    private int wrongBlocks;

    private int firstRead;

    GroupRead(final LaneWork work) {
        super(work);
    }

    /**
     * Says what to read.
     *
     * @param from first byte wanted of the strip
     * @param length how many are wanted
     * @param takesUnchecked whether what the own column gives is not compared with its checksums
     * @param whatLiesInPlace whether what the log keeps does not count
     * @param failed elements that could not be read before
     * @param failure how that failed
     */
    void target(
            final PartEnd forParent,
            final int ofElement,
            final int from,
            final int length,
            final ByteBuf to,
            final int at,
            final boolean takesUnchecked,
            final boolean whatLiesInPlace,
            final long failed,
            final IoStatus failure) {
        parent = forParent;
        element = ofElement;
        wantedFrom = from;
        wantedLength = length;
        into = to;
        index = at;
        unchecked = takesUnchecked;
        inPlace = whatLiesInPlace;
        failedElements = failed;
        corruptElements = 0;
        doubtfulElements = 0;
        worst = failure;
        mending = false;
        wrongBlocks = 0;
    }

    void start() {
        if (length() != wantedLength) {
            wide = Buffers.allocate(length());
        }
        if (set().locks().acquire(this)) {
            run();
        }
    }

    private ByteBuf target() {
        return wide == null ? into : wide;
    }

    private int targetIndex() {
        return wide == null ? index : 0;
    }

    /** The lock is held. */
    @Override
    public void run() {
        refreshColumns();
        if (!serves()) {
            finish(IoStatus.OFFLINE);
            return;
        }
        if (!inPlace && set().log().kept().all(stripe(), group(), element, from(), from() + length())) {
            finish(IoStatus.OK);
            return;
        }
        final long unreadable = unreadableElements() | failedElements;
        final long own = 1L << element;
        direct = (unreadable & own) == 0;
        if (!direct && (unreadable != own || gone())) {
            if (worst == IoStatus.IO_ERROR && length() > SumBlock.DATA_BYTES) {
                readByBlocks();
            } else if (doubtfulElements != 0 && !trusts()) {
                trust();
                failedElements &= ~doubtfulElements;
                corruptElements &= ~doubtfulElements;
                run();
            } else {
                if (corruptElements != 0) {
                    set().sums().countUnrepairable();
                }
                finish(worst == IoStatus.IO_ERROR ? IoStatus.IO_ERROR : IoStatus.OFFLINE);
            }
            return;
        }
        beginReads(false);
        if (direct) {
            readElement(element, target(), targetIndex());
        } else {
            readOthers();
        }
        endOfPhase();
    }

    /** Whether the content is lost and redundancy, perhaps older than data, must not be asked for it. */
    private boolean gone() {
        return (corruptElements & 1L << element) != 0 && unverifiable() && layout().dataStrips() > 1;
    }

    /** Only of the block itself; what is put together from others is worth nothing when one of them is wrong. */
    @Override
    boolean takesUnchecked() {
        return unchecked && direct;
    }

    private void readOthers() {
        firstRead = element == 0 ? 1 : 0;
        for (int other = 0; other <= layout().dataStrips(); other++) {
            if (other == firstRead) {
                readElement(other, target(), targetIndex());
            } else if (other != element) {
                readElement(other);
            }
        }
    }

    @Override
    void phaseEnded() {
        if (mending) {
            mended();
        } else if (aborted()) {
            // A device may still write to the buffer: nothing else may be put there. Whoever asks again does without
            // it.
            finish(IoStatus.ABORTED);
        } else if (failed() != 0) {
            if (direct && corrupt() != 0) {
                wrongBlocks = countWrong();
            }
            releaseScratch();
            failedElements |= failed();
            corruptElements |= corrupt();
            doubtfulElements |= doubtful();
            if (failure() == IoStatus.IO_ERROR) {
                worst = IoStatus.IO_ERROR;
            }
            // Ends soon: each round adds an element that failed, and the second one ends it.
            run();
        } else if (busy() != 0) {
            finish(IoStatus.BUSY);
        } else if (direct) {
            finish(IoStatus.OK);
        } else {
            final ParitySum sum = work().paritySum().begin(length()).add(target(), targetIndex());
            addScratchExcept(firstRead, sum);
            sum.into(target(), targetIndex());
            if (layout().dataStrips() > 1 && anyLost(element, target(), targetIndex())) {
                lost();
            } else {
                set().countDegradedRead();
                mend();
            }
        }
    }

    /** Redundancy says of what is wanted that it is lost, or of some blocks of it. */
    private void lost() {
        if (length() > SumBlock.DATA_BYTES) {
            releaseScratch();
            readByBlocks();
        } else {
            set().sums().countUnrepairable();
            finish(IoStatus.IO_ERROR);
        }
    }

    /**
     * Writes what was found out of the other elements over what does not match its checksums; to stable media, for what was
     * wrong must not come back with a power loss that also makes the stripe's checksums doubtful.
     */
    private void mend() {
        final boolean wrong = (corruptElements & 1L << element) != 0;
        if (!wrong || !columns().canWrite(column(element))) {
            finish(IoStatus.OK);
            return;
        }
        mending = true;
        beginWrites(true);
        writeElement(element, target(), targetIndex());
        endOfPhase();
    }

    private void mended() {
        if (failed() != 0) {
            set().settleFailed(columnsOf(failed()), columns(), verdict -> {});
        } else if (busy() == 0) {
            set().sums().countMended(wrongBlocks);
            columns().device(column(element)).corrected(wrongBlocks);
        }
        finish(IoStatus.OK);
    }

    /** Of what was read of the own element, the blocks that are wrong; all are written anew, but these are what counts. */
    private int countWrong() {
        final ColumnSums sums = columns().sums(column(element));
        int count = 0;
        for (int at = 0; at < length(); at += SumBlock.DATA_BYTES) {
            final SumVerdict verdict = sums.compare(
                    inChunklet(element) + at, SumBlock.DATA_BYTES, target(), targetIndex() + at, work().crc());
            count += verdict == SumVerdict.WRONG ? 1 : 0;
        }
        return count;
    }

    /** Two elements have something wrong, but perhaps in different blocks. */
    private void readByBlocks() {
        final BlockwiseRead blockwise = new BlockwiseRead(
                work(),
                set(),
                stripe(),
                group(),
                element,
                wantedFrom,
                wantedLength,
                into,
                index,
                inPlace,
                takeParent());
        release();
        blockwise.next();
    }

    private PartEnd takeParent() {
        final PartEnd ended = parent;
        parent = null;
        return ended;
    }

    private void finish(final IoStatus status) {
        if (!inPlace && status == IoStatus.OK) {
            set().log().kept().copy(stripe(), group(), element, from(), from() + length(), target(), targetIndex());
        }
        if (wide != null && status == IoStatus.OK) {
            into.setBytes(index, wide, wantedFrom - from(), wantedLength);
        }
        final PartEnd ended = takeParent();
        release();
        ended.partEnded(status);
    }

    private void release() {
        releaseScratch();
        if (wide != null) {
            wide.release();
            wide = null;
        }
        set().locks().release(this);
        into = null;
        clear();
        work().recycle(this);
    }
}
