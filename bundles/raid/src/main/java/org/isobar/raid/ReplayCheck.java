package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.isobar.api.device.SumBlock;
import org.isobar.common.kernel.Xor;

/**
 * Looks after a range of a stripe that was written past the log, and perhaps cut short, under its lock: redundancy is made
 * to match the data again. With a column missing that is only right where the others give what one of the checksums
 * vouches for, the old content or the new; else the missing block is lost, which redundancy says from then on (see
 * {@link LostBlock}). Control lane only.
 */
final class ReplayCheck extends GroupTask {
    private static final int ATTEMPTS_MAX = 3;
    private static final int BLOCK_BYTES = SumBlock.DATA_BYTES;

    private final CompletableFuture<Long> end = new CompletableFuture<>();
    private final List<Passed> records;
    private final int to;
    private int attempts;
    private boolean rewriting;
    /** Elements to be written. */
    private long rewritten;

    /** What each row of blocks of a range may hold, by an entry of the log's journal. */
    static final class Passed {
        private final int from;
        private final int[] hashes;

        Passed(final RowEntry entry) {
            from = entry.first() * BLOCK_BYTES;
            hashes = new int[entry.rows()];
            for (int row = 0; row < hashes.length; row++) {
                hashes[row] = entry.hash(row);
            }
        }

        /** First byte in each strip. */
        int from() {
            return from;
        }

        /** First byte after it. */
        int to() {
            return from + hashes.length * BLOCK_BYTES;
        }

        private boolean tellsOf(final int at) {
            return at >= from && at < to();
        }

        private boolean vouchesFor(final int at, final int hash) {
            return tellsOf(at) && hashes[(at - from) / BLOCK_BYTES] == hash;
        }
    }

    /** Sets up the look at a range, on which there are one or more records. */
    ReplayCheck(
            final LaneWork work,
            final AssembledSet set,
            final int group,
            final long stripe,
            final int from,
            final int to,
            final List<Passed> records) {
        super(work);
        this.records = records;
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
            final ReplayCheck one =
                    new ReplayCheck(work(), ofSet, ofGroup, ofStripe, at, at + BLOCK_BYTES, new ArrayList<>(records));
            all = all.thenCompose(before -> one.start().thenApply(after -> before | after));
        }
        Stages.whenEnded(all, (mask, failure) -> end.complete(mask));
    }

    private void look() {
        final long unsure = unreadableElements() | failed();
        rewritten = 0;
        for (int at = 0; at < length(); at += BLOCK_BYTES) {
            if (isRecorded(at)) {
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
            if (take(element, at, sum)) {
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

    private boolean isRecorded(final int at) {
        for (final Passed one : records) {
            if (one.tellsOf(from() + at)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The hash of a row with something else for one element.
     *
     * @param lost whether blocks that say of themselves that they are lost are taken for that: somebody may have written one
     */
    private int hashWith(final int changed, final int at, final ByteBuf content, final boolean lost) {
        long hash = RowHash.begin();
        for (int element = 0; element <= layout().dataStrips(); element++) {
            final ByteBuf block = element == changed ? content : scratch(element);
            final int index = element == changed ? 0 : at;
            final boolean bad =
                    lost && LostBlock.isAt(block, index, set().id(), column(element), inChunklet(element) + at);
            hash = RowHash.add(hash, bad ? SumBlock.BAD : SumBlock.of(work().crc(), block, index));
        }
        return RowHash.end(hash);
    }

    private boolean vouched(final int hash, final int at) {
        for (final Passed one : records) {
            if (one.vouchesFor(from() + at, hash)) {
                return true;
            }
        }
        return false;
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
