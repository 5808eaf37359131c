package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.SumBlock;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.kernel.ParitySum;
import org.isobar.common.lane.Lane;

/**
 * A piece of work on one redundancy group, under the lock of some of its sub-ranges: it waits for the lock, then runs in
 * phases, each a number of requests to the group's columns. Everything happens on one lane; {@link #run} continues after
 * a wait. Pooled by its subclasses.
 */
abstract class GroupTask implements Runnable {
    private final LaneWork work;
    private AssembledSet set;
    private Columns columns;
    private long stripe;
    private int group;
    private int from;
    private int to;
    private GroupTask lockNext;
    private final ContentSums contentSums = new ContentSums();
    private ByteBuf[] scratch = new ByteBuf[0];
    private int outstanding;
    private boolean writing;
    private boolean patient;
    private boolean durable;
    private boolean logged;
    private long succeeded;
    private long failed;
    private long busy;
    private long corrupt;
    private long doubtful;
    private long away;
    private boolean trusting;
    private boolean aborted;
    private IoStatus failure = IoStatus.OK;

    GroupTask(final LaneWork work) {
        this.work = work;
    }

    /** All requests of the phase have ended. */
    abstract void phaseEnded();

    final Lane lane() {
        return work.lane();
    }

    final LaneWork work() {
        return work;
    }

    final AssembledSet set() {
        return set;
    }

    final SetLayout layout() {
        return set.layout();
    }

    final long stripe() {
        return stripe;
    }

    final int group() {
        return group;
    }

    /** First byte of the strips' range that the task works on. */
    final int from() {
        return from;
    }

    /** Length of the range in each strip. */
    final int length() {
        return to - from;
    }

    final long lockKey() {
        return set.layout().groupKey(stripe, group);
    }

    final long lockMask() {
        return set.layout().subRanges(from, to);
    }

    final GroupTask lockNext() {
        return lockNext;
    }

    final void lockNext(final GroupTask task) {
        lockNext = task;
    }

    final void assign(
            final AssembledSet toSet, final long ofStripe, final int ofGroup, final int first, final int end) {
        set = toSet;
        stripe = ofStripe;
        group = ofGroup;
        from = first;
        to = end;
        trusting = false;
        final int elements = toSet.layout().dataStrips() + 1;
        if (scratch.length < elements) {
            scratch = new ByteBuf[elements];
        }
    }

    final void clear() {
        contentSums.forget();
        set = null;
        columns = null;
    }

    /** The picture that the present phases work from. */
    final Columns columns() {
        return columns;
    }

    final Columns refreshColumns() {
        columns = set.columns();
        return columns;
    }

    /** Whether the set serves, by that picture, and no write is in doubt. */
    final boolean serves() {
        return columns.serving() && !set.log().halted();
    }

    final int column(final int element) {
        return set.layout().column(stripe, group, element);
    }

    /** Mask of the elements that cannot be read now. */
    final long unreadableElements() {
        long mask = 0;
        for (int element = 0; element <= set.layout().dataStrips(); element++) {
            if (!columns.canRead(column(element))) {
                mask |= 1L << element;
            }
        }
        return mask;
    }

    /** Translates a mask of elements to one of columns. */
    final long columnsOf(final long elements) {
        long mask = 0;
        for (int element = 0; element <= set.layout().dataStrips(); element++) {
            if ((elements & 1L << element) != 0) {
                mask |= 1L << column(element);
            }
        }
        return mask;
    }

    /**
     * Begins a phase of reads.
     *
     * @param waitsWhenBusy whether a busy device is tried again for some time
     */
    final void beginReads(final boolean waitsWhenBusy) {
        begin(false, waitsWhenBusy, false);
    }

    /** Begins a phase of writes, which always try a busy device again for some time. */
    final void beginWrites(final boolean survivesPowerLoss) {
        begin(true, true, survivesPowerLoss);
    }

    /** Begins a phase of writes that are in the log of the set. */
    final void beginLoggedWrites() {
        begin(true, true, false);
        logged = true;
    }

    private void begin(final boolean writes, final boolean waitsWhenBusy, final boolean survivesPowerLoss) {
        writing = writes;
        patient = waitsWhenBusy;
        durable = survivesPowerLoss;
        logged = false;
        succeeded = 0;
        failed = 0;
        busy = 0;
        corrupt = 0;
        doubtful = 0;
        away = 0;
        aborted = false;
        failure = IoStatus.OK;
        contentSums.forget();
        // One more than the requests, so that the phase does not end before all of them are submitted.
        outstanding = 1;
    }

    /** All requests of the phase are submitted. */
    final void endOfPhase() {
        if (--outstanding == 0) {
            phaseEnded();
        }
    }

    final void readElement(final int element, final ByteBuf into, final int index) {
        final int column = column(element);
        final ColumnIo io = work.columnIo();
        io.read(lane(), deviceOffset(column, element), length(), into, index);
        submit(io, column, element);
    }

    /** Reads an element to a scratch buffer of its own. */
    final void readElement(final int element) {
        readElement(element, allocate(element), 0);
    }

    final void writeElement(final int element, final ByteBuf data, final int index) {
        final int column = column(element);
        final ColumnIo io = work.columnIo();
        io.write(lane(), deviceOffset(column, element), length(), data, index, durable);
        submit(io, column, element);
    }

    final void zeroElement(final int element) {
        final int column = column(element);
        final ColumnIo io = work.columnIo();
        io.zero(lane(), deviceOffset(column, element), length(), durable);
        submit(io, column, element);
    }

    private void submit(final ColumnIo io, final int column, final int element) {
        outstanding++;
        io.start(this, columns.device(column), columns.sums(column), inChunklet(element), element, patient);
    }

    private long deviceOffset(final int column, final int element) {
        return columns.chunkletOffset(column) + inChunklet(element);
    }

    /** Where in its column's chunklet the range of an element begins. */
    final long inChunklet(final int element) {
        return set.layout().columnOffset(stripe, group, element) + from;
    }

    /** Content whose checksums are lost is good enough from now on: there is nothing better. */
    final void trust() {
        trusting = true;
    }

    final boolean trusts() {
        return trusting;
    }

    /** The checksums of what was read of an element are lost. */
    final void doubts(final int element) {
        doubtful |= 1L << element;
    }

    /** Mask of the elements among {@link #corrupt} that may be right: their checksums are lost. */
    final long doubtful() {
        return doubtful;
    }

    /** The checksums of what is written to an element in this phase, or was read of it; null stands for zeros. */
    final int[] sumsOf(final ByteBuf data, final int index) {
        return contentSums.of(data, index, length() / SumBlock.DATA_BYTES, work.crc());
    }

    /** Copies the checksums of what is written to an element in this phase. */
    void copySums(final int element, final ByteBuf data, final int index, final int[] to) {
        System.arraycopy(sumsOf(data, index), 0, to, 0, length() / SumBlock.DATA_BYTES);
    }

    /** Whether any block of what an element holds, by the others, says of itself that its content is lost. */
    final boolean anyLost(final int element, final ByteBuf data, final int index) {
        for (int at = 0; at < length(); at += SumBlock.DATA_BYTES) {
            if (LostBlock.isAt(data, index + at, set.id(), column(element), inChunklet(element) + at)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the task looks itself at the checksums of what it reads, which are then brought to memory. */
    boolean examines() {
        return false;
    }

    /** Whether what is read is not compared with its checksums, unless it says of itself that it is lost. */
    boolean takesUnchecked() {
        return false;
    }

    /** Whether a block that says of itself that it is lost is written as such. */
    boolean marksLost() {
        return false;
    }

    /** Whether the group's checksums may be older than its data, after an unclean stop. */
    final boolean unverifiable() {
        return set.intent().suspect(set.layout().region(stripe));
    }

    /**
     * A request has ended.
     *
     * @param mismatch whether it failed because the content does not match its checksums
     */
    final void ioEnded(final int element, final IoStatus status, final boolean mismatch) {
        if (mismatch) {
            corrupt |= 1L << element;
        }
        if (mismatch && (doubtful & 1L << element) == 0) {
            set.sums().mismatched(column(element), columns.device(column(element)), inChunklet(element));
        }
        if (status == IoStatus.OK) {
            succeeded |= 1L << element;
            if (writing && !durable) {
                set.wrote(column(element), logged);
            }
        } else if (status == IoStatus.BUSY) {
            busy |= 1L << element;
        } else {
            failed |= 1L << element;
            away |= status == IoStatus.IO_ERROR ? 0 : 1L << element;
            aborted |= status == IoStatus.ABORTED;
            failure = status;
        }
        endOfPhase();
    }

    /** Mask of the elements whose request in this phase succeeded. */
    final long succeeded() {
        return succeeded;
    }

    /** Mask of the elements whose request in this phase failed, other than by BUSY. */
    final long failed() {
        return failed;
    }

    /** Mask of the elements whose device stayed busy. */
    final long busy() {
        return busy;
    }

    /** Mask of the elements that were read in this phase but do not match their checksums; all of them failed as well. */
    final long corrupt() {
        return corrupt;
    }

    /** Mask of the elements among {@link #failed} of which nothing is known: the device is gone rather than the content. */
    final long away() {
        return away;
    }

    /** Whether a device did not answer in time in this phase, and so may still use the buffer it was given. */
    final boolean aborted() {
        return aborted;
    }

    /** How the last failed request of this phase failed. */
    final IoStatus failure() {
        return failure;
    }

    /** The scratch buffer of an element. */
    final ByteBuf scratch(final int element) {
        return scratch[element];
    }

    /** A scratch buffer as long as the range, in the name of an element. */
    final ByteBuf allocate(final int element) {
        final ByteBuf buffer = Buffers.allocate(length());
        scratch[element] = buffer;
        return buffer;
    }

    /** Adds all scratch buffers but that of {@code element} to a sum over the task's range. */
    final void addScratchExcept(final int element, final ParitySum sum) {
        for (int other = 0; other < scratch.length; other++) {
            if (other != element && scratch[other] != null) {
                sum.add(scratch[other], 0);
            }
        }
    }

    final void releaseScratch() {
        for (int element = 0; element < scratch.length; element++) {
            if (scratch[element] != null) {
                scratch[element].release();
                scratch[element] = null;
            }
        }
    }
}
