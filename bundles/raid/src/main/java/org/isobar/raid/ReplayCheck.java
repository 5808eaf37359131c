package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import org.isobar.api.device.SumBlock;
import org.isobar.common.kernel.Xor;

/**
 * Looks after a range of a stripe that was written in place, and perhaps cut short, under its lock: redundancy is made
 * to match the data again. A block that nobody was writing is made of partial parity when its column is missing. One that somebody
 * was writing is what the others give, when that is what one of the checksums vouches for, the old content or the new; else it is lost,
 * which redundancy says from then on (see {@link LostBlock}). Control lane only.
 */
final class ReplayCheck extends GroupTask {
    private static final int ATTEMPTS_MAX = 3;
    private static final int BLOCK_BYTES = SumBlock.DATA_BYTES;

    private final CompletableFuture<Long> end = new CompletableFuture<>();
    private final RowWitness witness;
    private final int to;
    private int attempts;
    private boolean rewriting;
    /** Elements to be written. */
    private long rewritten;

    /** Sets up the look at a range of which the log tells something. */
    ReplayCheck(
            final LaneWork work,
            final AssembledSet set,
            final int group,
            final long stripe,
            final int from,
            final int to,
            final RowWitness witness) {
        super(work);
        this.witness = witness;
        this.to = to;
        assign(set, stripe, group, from, to);
    }

    /** Ends with a mask of the columns that are relied upon but did not take part. */
    CompletableFuture<Long> start() {
        if (set().locks().acquire(this)) {
            run();
        }
        return end;
    }

    /** What is there is looked at as it is. */
    @Override
    boolean examines() {
        return true;
    }

    @Override
    boolean marksLost() {
        return true;
    }

    @Override
    public void run() {
        refreshColumns();
        final long missing = columnsOf(unreadableElements()) & columns().missing();
        if (missing != 0) {
            // First they are given up: what they hold is not to come back.
            finish(missing);
            return;
        }
        rewriting = false;
        beginReads(true);
        for (int element = 0; element <= layout().dataStrips(); element++) {
            if (columns().canRead(column(element))) {
                readElement(element);
            } else {
                allocate(element);
            }
        }
        endOfPhase();
    }

    @Override
    void phaseEnded() {
        final long gone = busy() | (rewriting ? failed() : away());
        if (gone != 0 || rewriting) {
            finish(columnsOf(gone));
        } else if (failed() == 0 || (length() == BLOCK_BYTES && attempts == ATTEMPTS_MAX)) {
            look();
        } else if (length() == BLOCK_BYTES) {
            attempts++;
            releaseScratch();
            run();
        } else {
            lookByBlocks();
        }
    }

    private void lookByBlocks() {
        final long ofStripe = stripe();
        final int ofGroup = group();
        final int start = from();
        final AssembledSet ofSet = set();
        release();
        CompletableFuture<Long> all = CompletableFuture.completedFuture(0L);
        for (int at = start; at < to; at += BLOCK_BYTES) {
            final ReplayCheck one = new ReplayCheck(work(), ofSet, ofGroup, ofStripe, at, at + BLOCK_BYTES, witness);
            all = all.thenCompose(before -> one.start().thenApply(after -> before | after));
        }
        Stages.whenEnded(all, (mask, failure) -> end.complete(mask));
    }

    private void look() {
        final long unsure = unreadableElements() | failed();
        rewritten = 0;
        for (int at = 0; at < length(); at += BLOCK_BYTES) {
            if (witness.tellsOf(from() + at)) {
                lookAt(at, unsure);
            }
        }
        rewriting = true;
        beginWrites(false);
        for (int element = 0; element <= layout().dataStrips(); element++) {
            if ((rewritten & 1L << element) != 0 && columns().canRead(column(element))) {
                writeElement(element, scratch(element), 0);
            }
        }
        endOfPhase();
    }

    /** Works on one block of each element. */
    private void lookAt(final int at, final long unsure) {
        final long data = (1L << layout().dataStrips()) - 1;
        final long others = data & ~witness.written(from() + at);
        final long missing = unsure & others;
        if (missing == 0 && unsure == 0) {
            mendOthers(others, at);
        } else if (Long.bitCount(missing) == 1) {
            final int element = Long.numberOfTrailingZeros(missing);
            takeFromOthers(element, others, at, work().block());
        } else if (missing != 0) {
            // Nothing gives them, and nobody was writing them: they are not to be lost for good.
            return;
        }
        lookAtWritten(at, unsure & ~others);
    }

    /** When one of those that nobody was writing has gone wrong meanwhile, and its checksum says what it should be. */
    private void mendOthers(final long others, final int at) {
        final ByteBuf sum = work().block();
        sumOfOthers(-1, others, at, sum);
        if (Xor.allZero(sum, 0, BLOCK_BYTES)) {
            return;
        }
        for (long left = others; left != 0; left &= left - 1) {
            final int element = Long.numberOfTrailingZeros(left);
            final int column = column(element);
            final ColumnSums sums = columns().sums(column);
            sumOfOthers(element, others, at, sum);
            if (sums != null
                    && sums.compare(inChunklet(element) + at, BLOCK_BYTES, sum, 0, work().crc()) == SumVerdict.RIGHT) {
                takeFromOthers(element, others, at, sum);
                columns().device(column).corrected(1);
                return;
            }
        }
    }

    private void takeFromOthers(final int element, final long others, final int at, final ByteBuf sum) {
        sumOfOthers(element, others, at, sum);
        scratch(element).setBytes(at, sum, 0, BLOCK_BYTES);
        rewritten |= 1L << element;
    }

    private void sumOfOthers(final int element, final long others, final int at, final ByteBuf sum) {
        sum.setZero(0, BLOCK_BYTES);
        witness.addOthers(from() + at, sum);
        for (long left = others; left != 0; left &= left - 1) {
            final int other = Long.numberOfTrailingZeros(left);
            if (other != element) {
                Xor.into(scratch(other), at, sum, 0, BLOCK_BYTES);
            }
        }
    }

    private void lookAtWritten(final int at, final long unsure) {
        final ByteBuf sum = work().block();
        if (unsure == 0) {
            sumExcept(-1, at, sum);
            if (!Xor.allZero(sum, 0, BLOCK_BYTES) && !takeOdd(at, sum)) {
                renewRedundancy(at);
            }
        } else if (Long.bitCount(unsure) > 1 || !take(Long.numberOfTrailingZeros(unsure), at, sum)) {
            final long data = unsure & ~(1L << layout().dataStrips());
            for (long left = data; left != 0; left &= left - 1) {
                lose(Long.numberOfTrailingZeros(left), at);
            }
            renewRedundancy(at);
        }
    }

    /** When a single element is not what the row held or should hold, but the others give that. */
    private boolean takeOdd(final int at, final ByteBuf sum) {
        for (int element = 0; element <= layout().dataStrips(); element++) {
            if (isWritten(element, at) && take(element, at, sum)) {
                return true;
            }
        }
        return false;
    }

    /** Takes for an element what the others give, if the row is one then that was there or should be. */
    private boolean take(final int element, final int at, final ByteBuf sum) {
        sumExcept(element, at, sum);
        if (!vouched(hashWith(element, at, sum, true), at) && !vouched(hashWith(element, at, sum, false), at)) {
            return false;
        }
        scratch(element).setBytes(at, sum, 0, BLOCK_BYTES);
        rewritten |= 1L << element;
        return true;
    }

    private void lose(final int element, final int at) {
        final int column = column(element);
        LostBlock.put(scratch(element), at, set().id(), column, inChunklet(element) + at);
        set().sums().lost(column, inChunklet(element) + at);
        rewritten |= 1L << element;
    }

    private void renewRedundancy(final int at) {
        final int redundancy = layout().dataStrips();
        final ByteBuf sum = work().block();
        sumExcept(redundancy, at, sum);
        scratch(redundancy).setBytes(at, sum, 0, BLOCK_BYTES);
        rewritten |= 1L << redundancy;
    }

    private void sumExcept(final int element, final int at, final ByteBuf sum) {
        sum.setZero(0, BLOCK_BYTES);
        for (int other = 0; other <= layout().dataStrips(); other++) {
            if (other != element) {
                Xor.into(scratch(other), at, sum, 0, BLOCK_BYTES);
            }
        }
    }

    private boolean isWritten(final int element, final int at) {
        return element == layout().dataStrips() || (witness.written(from() + at) & 1L << element) != 0;
    }

    /**
     * The hash of what is written of a row, with something else for one element.
     *
     * @param lost whether blocks that say of themselves that they are lost are taken for that: somebody may have written one
     */
    private int hashWith(final int changed, final int at, final ByteBuf content, final boolean lost) {
        long hash = RowHash.begin();
        for (int element = 0; element <= layout().dataStrips(); element++) {
            if (!isWritten(element, at)) {
                continue;
            }
            final ByteBuf block = element == changed ? content : scratch(element);
            final int index = element == changed ? 0 : at;
            final boolean bad =
                    lost && LostBlock.isAt(block, index, set().id(), column(element), inChunklet(element) + at);
            hash = RowHash.add(hash, bad ? SumBlock.BAD : SumBlock.of(work().crc(), block, index));
        }
        return RowHash.end(hash);
    }

    private boolean vouched(final int hash, final int at) {
        return witness.vouchesFor(from() + at, hash);
    }

    private void finish(final long mask) {
        release();
        end.complete(mask);
    }

    private void release() {
        releaseScratch();
        set().locks().release(this);
        clear();
    }
}
