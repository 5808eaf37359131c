package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.api.device.SumBlock;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.kernel.Xor;
import org.isobar.common.lane.Lane;

/**
 * Goes through stripes of a {@link StripeSweep}, one group after the other, in pieces of strips, each under the lock of its
 * range, so that requests see it before or after.
 */
final class SweepWorker extends GroupTask implements ColumnVerdict {
    /** What {@link #run} continues with. */
    private enum Step {
        STRIPE,
        GROUP,
        LOCKED,
        SETTLED
    }

    /** Reads of the others before a block is given up. */
    private static final int ATTEMPTS_MAX = 3;

    private final AssembledSet owner;
    private final StripeSweep sweep;
    private final Lane control;
    private Step step = Step.STRIPE;
    private long current;
    private long begunNs;
    private int nextGroup;
    private int element;
    /** Where in the strips of the group the next piece begins. */
    private int next;
    /** Up to where each block is a piece of its own. */
    private int blockwiseTo;

    private int attempts;
    /** Blocks that a scrub has to look at one by one. */
    private final ArrayDeque<DoubtfulBlock> doubtfulBlocks = new ArrayDeque<>();

    private int mending;
    /** The device that is told of them when they did not match their checksums, or null. */
    private Device spoiler;

    private boolean writing;
    private boolean compared;
    private boolean wrong;
    private boolean corrected;
    private IoStatus verdict = IoStatus.OK;

    SweepWorker(final LaneWork work, final AssembledSet owner, final StripeSweep sweep, final Lane control) {
        super(work);
        this.owner = owner;
        this.sweep = sweep;
        this.control = control;
    }

    @Override
    public void run() {
        switch (step) {
            case STRIPE -> takeStripe();
            case GROUP -> takeGroup();
            case LOCKED -> locked();
            default -> settled();
        }
    }

    @Override
    boolean examines() {
        return sweep.kind() == SweepKind.RESYNC;
    }

    @Override
    boolean marksLost() {
        return sweep.kind() != SweepKind.SCRUB;
    }

    private void takeStripe() {
        current = sweep.takeStripe();
        if (current < 0) {
            sweep.workerEnded(control);
            return;
        }
        nextGroup = 0;
        next = owner.layout().stripBytes();
        compared = true;
        wrong = false;
        corrected = false;
        takeGroup();
    }

    private void takeGroup() {
        final SetLayout layout = owner.layout();
        while (next == layout.stripBytes() && nextGroup < layout.groups()) {
            final int group = nextGroup++;
            element = catchesUp() ? layout.elementOn(sweep.column(), current, group) : layout.dataStrips();
            next = element >= 0 ? 0 : next;
            blockwiseTo = 0;
        }
        if (next < layout.stripBytes()) {
            final int first = next;
            next = first < blockwiseTo
                    ? layout.blockEnd(first + 1)
                    : first + Math.min(layout.stripBytes() - first, owner.pace().pieceBytes());
            begin(nextGroup - 1, first, next);
            return;
        }
        sweep.stripeEnded(current, compared, wrong, corrected);
        step = Step.STRIPE;
        lane().execute(this);
    }

    private void pieceEnded(final int bytes) {
        step = Step.GROUP;
        final long pauseNs = sweep.pauseNs(work().clock().nanoTime() - begunNs, bytes);
        if (pauseNs == 0) {
            lane().execute(this);
        } else {
            lane().schedule(this, pauseNs);
        }
    }

    private void begin(final int group, final int from, final int to) {
        assign(owner, current, group, from, to);
        begunNs = work().clock().nanoTime();
        attempts = 0;
        if (catchesUp()) {
            trust();
        }
        step = Step.LOCKED;
        if (owner.locks().acquire(this)) {
            locked();
        }
    }

    private boolean catchesUp() {
        return sweep.kind() == SweepKind.CATCH_UP;
    }

    private void locked() {
        writing = false;
        final Columns columns = refreshColumns();
        if (!serves()) {
            stop(StorageException.Code.UNAVAILABLE, "set went offline");
            return;
        }
        final long unreadable = unreadableElements();
        if (catchesUp() && (unreadable != 1L << element || !columns.canWrite(sweep.column()))) {
            stop(StorageException.Code.UNAVAILABLE, "column lost while it was caught up");
            return;
        }
        if (!catchesUp() && unreadable != 0) {
            notCompared();
            return;
        }
        beginReads(true);
        for (int other = 0; other <= layout().dataStrips(); other++) {
            if (!catchesUp() || other != element) {
                readElement(other);
            }
        }
        endOfPhase();
    }

    @Override
    void phaseEnded() {
        if (writing) {
            writesEnded();
        } else if (failed() == 0 && busy() == 0) {
            if (catchesUp()) {
                writeFromOthers(element);
            } else if (examines()) {
                reconcile();
            } else {
                compare();
            }
        } else if (catchesUp()) {
            notHad();
        } else {
            notReadable();
        }
    }

    /** What the column is to hold cannot be had whole: looks block by block, and notes those as lost that are. */
    private void notHad() {
        final ColumnSums sums = columns().sums(sweep.column());
        if (busy() != 0 || away() != 0 || sums == null) {
            stop(StorageException.Code.IO, "column not caught up, others cannot be read");
        } else if (length() > SumBlock.DATA_BYTES) {
            blockwiseTo = next;
            next = from();
            groupEnded();
        } else if (++attempts < ATTEMPTS_MAX) {
            releaseScratch();
            locked();
        } else {
            releaseScratch();
            final ByteBuf lost = allocate(element);
            sums.putLost(inChunklet(element), lost, 0);
            owner.sums().lost(sweep.column(), inChunklet(element));
            sweep.blockLost();
            writeStrip(element, lost);
        }
    }

    private void notReadable() {
        final long mismatching = corrupt() & ~doubtful();
        sweep.readErrors(Long.bitCount(failed() & ~corrupt()));
        sweep.checksumErrors(Long.bitCount(mismatching));
        wrong |= mismatching != 0;
        // Lost checksums are made again by any scrub.
        final boolean repairs = sweep.repairs() || failed() == doubtful();
        final boolean mend = sweep.kind() == SweepKind.SCRUB && repairs && busy() == 0;
        if (mend && Long.bitCount(failed()) == 1) {
            mendOne(Long.numberOfTrailingZeros(failed()));
        } else if (mend && corrupt() != 0) {
            mendByBlocks();
        } else if (corrupt() != 0 && corrupt() == failed() && busy() == 0) {
            groupEnded();
        } else {
            notCompared();
        }
    }

    /** Adds the blocks of an element that are not known to be right to those to be looked at; how many are wrong. */
    private int lookAt(final int element) {
        final ColumnSums sums = columns().sums(column(element));
        final boolean unread = (corrupt() & 1L << element) == 0;
        int count = 0;
        for (int at = 0; at < length(); at += SumBlock.DATA_BYTES) {
            final SumVerdict is = unread ? SumVerdict.WRONG : verdict(sums, element, at);
            if (is != SumVerdict.RIGHT) {
                doubtfulBlocks.add(new DoubtfulBlock(element, from() + at, is == SumVerdict.WRONG));
                count += is == SumVerdict.WRONG ? 1 : 0;
            }
        }
        return count;
    }

    private SumVerdict verdict(final ColumnSums sums, final int of, final int at) {
        return sums == null
                ? SumVerdict.RIGHT
                : sums.compare(inChunklet(of) + at, SumBlock.DATA_BYTES, scratch(of), at, work().crc());
    }

    /**
     * Several elements have something wrong, or no checksums, but perhaps in different blocks: reads each, which mends what can be.
     * Of blocks of which nobody has a checksum the first ones are taken as they are, and the last one is made from them. The
     * stripe, the group and the piece stay those of the task while it holds no lock.
     */
    private void mendByBlocks() {
        for (long left = corrupt(); left != 0; left &= left - 1) {
            lookAt(Long.numberOfTrailingZeros(left));
        }
        unlock();
        mendNext(true);
    }

    private void mendNext(final boolean well) {
        final DoubtfulBlock doubtful = doubtfulBlocks.poll();
        if (doubtful == null) {
            mendedByBlocks(well);
            return;
        }
        final int of = doubtful.element;
        final ByteBuf block = Buffers.allocate(SumBlock.DATA_BYTES);
        new BlockwiseRead(
                        work(),
                        owner,
                        stripe(),
                        group(),
                        of,
                        doubtful.at,
                        SumBlock.DATA_BYTES,
                        block,
                        0,
                        true,
                        status -> {
                            block.release();
                            if (doubtful.wrong && status == IoStatus.OK) {
                                sweep.mended(1);
                            } else if (doubtful.wrong && of < owner.layout().dataStrips()) {
                                sweep.foundLost(owner.layout().setOffset(stripe(), group(), of, doubtful.at));
                            }
                            mendNext(well && status == IoStatus.OK);
                        })
                .next();
    }

    private void mendedByBlocks(final boolean well) {
        corrected = well && wrong;
        if (!well) {
            compared = false;
            sweep.unresolved(stripe());
        }
        pieceEnded(length());
    }

    private void mendOne(final int target) {
        final ByteBuf sum = sumOfOthers(target);
        if (layout().dataStrips() > 1 && anyLost(target, sum, 0)) {
            mendByBlocks();
        } else {
            wrong |= doubtful() == 0;
            mending = lookAt(target);
            spoiler = (corrupt() & 1L << target) == 0 ? null : columns().device(column(target));
            doubtfulBlocks.clear();
            writeStrip(target, sum);
        }
    }

    /** Writes a strip as the sum of the others. */
    private void writeFromOthers(final int target) {
        writeStrip(target, sumOfOthers(target));
    }

    private ByteBuf sumOfOthers(final int target) {
        final int first = target == 0 ? 1 : 0;
        final ByteBuf sum = scratch(first);
        for (int other = first + 1; other <= layout().dataStrips(); other++) {
            if (other != target) {
                Xor.into(scratch(other), 0, sum, 0, length());
            }
        }
        return sum;
    }

    /** Compares the redundancy strip with the sum of the data strips. */
    private void compare() {
        final int redundancy = layout().dataStrips();
        final ByteBuf sum = scratch(0);
        for (int other = 1; other < redundancy; other++) {
            Xor.into(scratch(other), 0, sum, 0, length());
        }
        final ByteBuf difference = scratch(redundancy);
        Xor.into(sum, 0, difference, 0, length());
        if (Xor.allZero(difference, 0, length())) {
            groupEnded();
            return;
        }
        wrong = true;
        if (sweep.repairs()) {
            writeStrip(redundancy, sum);
        } else {
            groupEnded();
        }
    }

    /**
     * After an unclean stop a block may be newer than its checksum, or than the redundancy. The data counts, as it did for
     * whoever has read it since, even when it does not match its checksum while all others do. Checksums are renewed by
     * writing.
     */
    private void reconcile() {
        long rewrite = 0;
        for (int at = 0; at < length(); at += SumBlock.DATA_BYTES) {
            rewrite |= reconcile(at);
        }
        if (rewrite == 0) {
            groupEnded();
            return;
        }
        beginWriting();
        for (int other = 0; other <= layout().dataStrips(); other++) {
            if ((rewrite & 1L << other) != 0) {
                writeElement(other, scratch(other), 0);
            }
        }
        endOfPhase();
    }

    /** Works on one block of each element, and answers which are to be written. */
    private long reconcile(final int at) {
        final int redundancy = layout().dataStrips();
        long unsure = 0;
        long lost = 0;
        for (int other = 0; other <= redundancy; other++) {
            final ColumnSums sums = columns().sums(column(other));
            if (sums != null && sums.lost(inChunklet(other) + at, scratch(other), at)) {
                lost |= 1L << other;
            } else if (sums != null
                    && sums.compare(inChunklet(other) + at, SumBlock.DATA_BYTES, scratch(other), at, work().crc())
                            != SumVerdict.RIGHT) {
                unsure |= 1L << other;
            }
        }
        unsure |= lost;
        if (redundancy == 1 && (lost & 1) != 0) {
            if (lost == 1) {
                // The copy is not.
                scratch(0).setBytes(at, scratch(1), at, SumBlock.DATA_BYTES);
            }
            return unsure;
        }
        // What says of itself that it is lost is summed up as it is, so that redundancy says so too.
        final ByteBuf difference = work().block();
        difference.setZero(0, SumBlock.DATA_BYTES);
        for (int other = 0; other <= redundancy; other++) {
            Xor.into(scratch(other), at, difference, 0, SumBlock.DATA_BYTES);
        }
        if (Xor.allZero(difference, 0, SumBlock.DATA_BYTES)) {
            return unsure;
        }
        wrong |= lost != 1L << redundancy;
        Xor.into(difference, 0, scratch(redundancy), at, SumBlock.DATA_BYTES);
        return unsure | 1L << redundancy;
    }

    private void writeStrip(final int target, final ByteBuf content) {
        beginWriting();
        writeElement(target, content, 0);
        endOfPhase();
    }

    /**
     * What a scrub mends goes to stable media: it must not be wrong again after a power loss, and nothing is marked that would
     * see to a flush. A resync and a catch-up are done only once they are flushed.
     */
    private void beginWriting() {
        writing = true;
        beginWrites(sweep.kind() == SweepKind.SCRUB);
    }

    private void writesEnded() {
        if (failed() == 0 && busy() == 0) {
            corrected |= wrong;
            sweep.mended(mending);
            if (spoiler != null) {
                owner.sums().countMended(mending);
                spoiler.corrected(mending);
            }
            groupEnded();
        } else {
            step = Step.SETTLED;
            owner.settleFailed(columnsOf(failed() | busy()), columns(), this);
        }
    }

    @Override
    public void columnsSettled(final IoStatus how) {
        verdict = how;
        lane().execute(this);
    }

    private void settled() {
        if (verdict != IoStatus.OK) {
            stop(StorageException.Code.UNAVAILABLE, "set went offline");
        } else if (catchesUp()) {
            stop(StorageException.Code.IO, "column not caught up, it cannot be written");
        } else {
            notCompared();
        }
    }

    private void notCompared() {
        compared = false;
        sweep.unresolved(stripe());
        groupEnded();
    }

    private void groupEnded() {
        mending = 0;
        spoiler = null;
        final int bytes = length();
        unlock();
        pieceEnded(bytes);
    }

    private void stop(final StorageException.Code code, final String why) {
        sweep.fail(code, why);
        unlock();
        sweep.workerEnded(control);
    }

    private void unlock() {
        releaseScratch();
        owner.locks().release(this);
        clear();
    }

    /**
     * A block of an element.
     *
     * @param at where it begins in the strip
     * @param wrong whether it is known to be wrong, rather than without a checksum
     */
    private record DoubtfulBlock(int element, int at, boolean wrong) {}
}
