package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.SumBlock;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.kernel.ParitySum;

/**
 * The write (or zeroing) of one slice of a group together with its redundancy: marks the region in the write intent,
 * takes the lock, reads what is needed to renew redundancy, writes, and settles with the control lane what the columns
 * that failed mean. It ends well only when each of the group's columns has the write, or is durably stale. Works on whole
 * blocks: when only a part of one is written, the rest is read first. Pooled.
 *
 * <p>Order matters: the region is marked before the columns are looked at, and the columns are looked at under the lock.
 * So a column that a write passes by will find the region marked and the stripe unlocked when it is caught up.
 */
final class GroupWrite extends GroupTask implements ColumnVerdict, SumWaiter {
    /** What {@link #run} continues with. */
    private enum Step {
        /** Nothing can be marked in the write intent: the set is offline. */
        REFUSED,
        LOCK,
        PLAN,
        /** The write is in the log. */
        LOGGED,
        /** The write could not be logged: the set is offline. */
        NOT_LOGGED,
        END
    }

    /** What the requests under way are for. */
    private enum Phase {
        /** Whole blocks are made of the parts to be written. */
        FILL,
        READ,
        WRITE
    }

    private SetRequest parent;
    private int first;
    private int count;
    private int wantedFrom;
    private int wantedTo;
    private ByteBuf payload;
    private int payloadIndex;
    /** From one element's data to that of the next. */
    private int payloadStride;
    /** Whole blocks, when less is written. */
    private ByteBuf filled;

    private boolean durable;
    private int region;
    private Step step = Step.LOCK;
    private RedundancySource source = RedundancySource.NONE;
    private Phase phase = Phase.WRITE;
    private long readFailures;
    private long doubtfulElements;
    private IoStatus verdict = IoStatus.OK;
    /** The new redundancy, or null when it is zero or a copy or not written. */
    private ByteBuf redundancy;

    private final Runnable appendToLog = this::append;
    private final LogEntry entry = new LogEntry(this);
    private boolean inPlace;

    GroupWrite(final LaneWork work) {
        super(work);
    }

    /**
     * Says what to write.
     *
     * @param firstElement first data element
     * @param elementCount number of data elements
     * @param from first byte written of each strip
     * @param to first byte not written after that
     * @param data new data, or null to zero
     * @param index where the first element's data begins; that of the next one is a strip length further
     */
    void payload(
            final SetRequest forParent,
            final int firstElement,
            final int elementCount,
            final int from,
            final int to,
            final ByteBuf data,
            final int index,
            final boolean survivesPowerLoss) {
        parent = forParent;
        first = firstElement;
        count = elementCount;
        wantedFrom = from;
        wantedTo = to;
        payload = data;
        payloadIndex = index;
        durable = survivesPowerLoss;
        readFailures = 0;
        doubtfulElements = 0;
        entry.clear();
        inPlace = false;
    }

    void start() {
        region = layout().region(stripe());
        payloadStride = layout().stripBytes();
        step = Step.LOCK;
        if (set().intent().enter(region)) {
            run();
        } else {
            set().intent().mark(this, region);
        }
    }

    /** The wait for the write intent is over; called on the control lane. */
    void marked(final boolean durably) {
        if (!durably) {
            step = Step.REFUSED;
        }
        lane().execute(this);
    }

    @Override
    public void run() {
        switch (step) {
            case REFUSED -> end(IoStatus.OFFLINE);
            case LOCK -> {
                step = Step.PLAN;
                if (set().locks().acquire(this)) {
                    plan();
                }
            }
            case PLAN -> plan();
            case LOGGED -> writeInPlace();
            case NOT_LOGGED -> finish(IoStatus.OFFLINE);
            default -> settled();
        }
    }

    private void plan() {
        final Columns columns = refreshColumns();
        if (!serves()) {
            finish(IoStatus.OFFLINE);
            return;
        }
        final long missing = columns.missing() & layout().columnMask(stripe(), group());
        if (missing != 0) {
            step = Step.PLAN;
            set().settleMissing(missing, this);
            return;
        }
        final long unreadable = unreadableElements() | readFailures;
        if (wantedTo - wantedFrom < length() && filled == null) {
            fill(unreadable);
            return;
        }
        if (!choose(columns, unreadable)) {
            noWay();
            return;
        }
        if (source == RedundancySource.OTHER_DATA || source == RedundancySource.OLD_DATA) {
            read();
        } else {
            write();
        }
    }

    /** Reads what is not written of the blocks that are, from the other elements if it must be. */
    private void fill(final long unreadable) {
        final boolean fromOthers = (unreadable & written()) != 0;
        if (fromOthers && Long.bitCount(unreadable) > 1) {
            noWay();
            return;
        }
        phase = Phase.FILL;
        beginReads(false);
        for (int element = 0; element <= layout().dataStrips(); element++) {
            if ((unreadable & 1L << element) == 0 && (fromOthers || isWritten(element))) {
                readElement(element);
            }
        }
        endOfPhase();
    }

    /** Unless what has lost its checksums is taken as it is. */
    private void noWay() {
        if (doubtfulElements == 0 || trusts()) {
            finish(IoStatus.IO_ERROR);
            return;
        }
        trust();
        readFailures &= ~doubtfulElements;
        plan();
    }

    private void filled() {
        final int length = length();
        filled = Buffers.allocate(count * length);
        for (int i = 0; i < count; i++) {
            final ByteBuf old = scratch(first + i);
            if (old == null) {
                final ParitySum sum = work().paritySum().begin(length);
                addScratchExcept(first + i, sum);
                sum.into(filled, i * length);
                if (anyLost(first + i, filled, i * length)) {
                    releaseScratch();
                    finish(IoStatus.IO_ERROR);
                    return;
                }
            } else {
                filled.setBytes(i * length, old, 0, length);
            }
        }
        for (int i = 0; i < count; i++) {
            final int at = i * length + wantedFrom - from();
            if (payload == null) {
                filled.setZero(at, wantedTo - wantedFrom);
            } else {
                filled.setBytes(at, payload, payloadIndex + i * payloadStride, wantedTo - wantedFrom);
            }
        }
        releaseScratch();
        payload = filled;
        payloadIndex = 0;
        payloadStride = length;
        plan();
    }

    private long written() {
        return ((1L << count) - 1) << first;
    }

    /** Chooses where the new redundancy comes from; false when that cannot be had. */
    private boolean choose(final Columns columns, final long unreadable) {
        final int dataStrips = layout().dataStrips();
        final RedundancySource chosen = RedundancySource.of(
                dataStrips,
                written(),
                unreadable,
                columns.canWrite(column(dataStrips)),
                set().intent().suspect(region));
        source = chosen == null ? RedundancySource.NONE : chosen;
        return chosen != null;
    }

    private boolean isWritten(final int element) {
        return element >= first && element < first + count;
    }

    private void read() {
        phase = Phase.READ;
        final int dataStrips = layout().dataStrips();
        final boolean old = source == RedundancySource.OLD_DATA;
        beginReads(false);
        for (int element = 0; element < dataStrips; element++) {
            if (isWritten(element) == old) {
                readElement(element);
            }
        }
        if (old) {
            readElement(dataStrips);
        }
        endOfPhase();
    }

    @Override
    void phaseEnded() {
        if (phase == Phase.WRITE) {
            writesEnded();
        } else if (failed() != 0) {
            releaseScratch();
            if (phase == Phase.FILL && corrupt() != 0 && unverifiable() && layout().dataStrips() > 1) {
                // The rest of the block is lost, and redundancy is perhaps older than data.
                finish(IoStatus.IO_ERROR);
                return;
            }
            readFailures |= failed();
            doubtfulElements |= doubtful();
            // Ends soon: each round adds an element that cannot be read, and with two of them no way is left.
            plan();
        } else if (busy() != 0) {
            finish(IoStatus.BUSY);
        } else if (phase == Phase.FILL) {
            filled();
        } else {
            write();
        }
    }

    private void write() {
        redundancy = renewRedundancy();
        if (!set().log().isOn()) {
            writeInPlace();
            return;
        }
        final long redundancyBit = 1L << layout().dataStrips();
        long elements = source == RedundancySource.NONE ? 0 : redundancyBit;
        for (int element = first; element < first + count; element++) {
            elements |= columns().canWrite(column(element)) ? 1L << element : 0;
        }
        entry.describe(elements, (payload == null ? written() : 0) | (redundancy == null ? redundancyBit : 0));
        if (mayPassLog() && !collectSums()) {
            return;
        }
        set().control().execute(appendToLog);
    }

    /** Whether it may be enough to log checksums: when no block depends on what is not written, or on what is missing. */
    private boolean mayPassLog() {
        if (source != RedundancySource.NEW_DATA || filled != null || unreadableElements() != 0 || unverifiable()) {
            return false;
        }
        for (int element = 0; element <= layout().dataStrips(); element++) {
            if (columns().sums(column(element)) == null) {
                return false;
            }
        }
        return true;
    }

    /** False when some must be brought to memory first. */
    private boolean collectSums() {
        final int elements = layout().dataStrips() + 1;
        final StripeSums sums = entry.sums();
        sums.begin(elements, length() / SumBlock.DATA_BYTES);
        for (int element = 0; element < elements; element++) {
            final ColumnSums present = columns().sums(column(element));
            final int missing = sums.before(element, present, inChunklet(element));
            if (missing >= 0) {
                present.load(missing, lane(), this);
                return false;
            }
        }
        if (sums.known()) {
            for (int element = 0; element < elements; element++) {
                final boolean ofData = element < elements - 1;
                sums.after(element, ofData ? sumsOf(payload, payloadIndex(element)) : sumsOf(redundancy, 0));
            }
            entry.complete();
        }
        return true;
    }

    @Override
    public void sumsLoaded(final boolean there) {
        if (!there || collectSums()) {
            set().control().execute(appendToLog);
        }
    }

    @Override
    void copySums(final int element, final ByteBuf data, final int index, final int[] to) {
        if (entry.hasSums()) {
            entry.sums().copyAfter(element, to);
        } else {
            super.copySums(element, data, index, to);
        }
    }

    private void append() {
        set().log().group(group()).append(entry);
    }

    private int payloadIndex(final int element) {
        return payloadIndex + (element - first) * payloadStride;
    }

    /** Copies a part of what an element is to be, from {@code done} bytes after the range's start. */
    void copyContent(final int element, final int done, final int length, final ByteBuf to, final int at) {
        if (element == layout().dataStrips()) {
            to.setBytes(at, redundancy, done, length);
        } else {
            to.setBytes(at, payload, payloadIndex(element) + done, length);
        }
    }

    /** The wait for the log is over; called on the control lane. */
    void logged(final boolean durably) {
        step = durably ? Step.LOGGED : Step.NOT_LOGGED;
        lane().execute(this);
    }

    private void writeInPlace() {
        phase = Phase.WRITE;
        final int dataStrips = layout().dataStrips();
        final Columns columns = columns();
        if (entry.isLogged() && !entry.isSumsOnly()) {
            beginLoggedWrites();
        } else {
            beginWrites(durable);
        }
        for (int element = first; element < first + count; element++) {
            if (columns.canWrite(column(element))) {
                writeOrZero(element, payload, payloadIndex(element));
            }
        }
        if (source == RedundancySource.MIRROR) {
            if (columns.canWrite(column(dataStrips))) {
                writeOrZero(dataStrips, payload, payloadIndex);
            }
        } else if (source != RedundancySource.NONE) {
            writeOrZero(dataStrips, redundancy, 0);
        }
        endOfPhase();
    }

    private void writeOrZero(final int element, final ByteBuf data, final int index) {
        if (data == null) {
            zeroElement(element);
        } else {
            writeElement(element, data, index);
        }
    }

    private ByteBuf renewRedundancy() {
        final int dataStrips = layout().dataStrips();
        if (source == RedundancySource.MIRROR
                || source == RedundancySource.NONE
                || (source == RedundancySource.NEW_DATA && payload == null)) {
            return null;
        }
        final ParitySum sum = work().paritySum().begin(length());
        ByteBuf renewed = scratch(dataStrips);
        if (renewed == null) {
            renewed = allocate(dataStrips);
        } else {
            // The old redundancy.
            sum.add(renewed, 0);
        }
        addScratchExcept(dataStrips, sum);
        if (payload != null) {
            for (int element = first; element < first + count; element++) {
                sum.add(payload, payloadIndex(element));
            }
        }
        sum.into(renewed, 0);
        return renewed;
    }

    private void writesEnded() {
        if ((failed() | busy()) == 0) {
            inPlace = true;
            finish(IoStatus.OK);
        } else if ((failed() | succeeded()) == 0) {
            finish(IoStatus.BUSY);
        } else {
            step = Step.END;
            set().settleFailed(columnsOf(failed() | busy()), columns(), this);
        }
    }

    @Override
    public void columnsSettled(final IoStatus how) {
        verdict = how;
        lane().execute(this);
    }

    private void settled() {
        inPlace = verdict == IoStatus.OK;
        // Bad sectors elsewhere in the group leave nothing to rebuild the lost strip from, though the columns do
        // survive.
        final long lost = failed() | busy() | readFailures;
        final boolean unrecoverable = layout().dataStrips() > 1 && Long.bitCount(lost) > 1;
        finish(verdict == IoStatus.OK && unrecoverable ? IoStatus.IO_ERROR : verdict);
    }

    private void finish(final IoStatus status) {
        releaseScratch();
        redundancy = null;
        if (entry.isLogged()) {
            leaveLog();
        }
        set().locks().release(this);
        end(status);
    }

    private void leaveLog() {
        if (!inPlace) {
            // Before the lock goes, lest somebody build upon what may be half done.
            set().log().halt();
        }
        set().log().group(group()).ended(entry.sequence());
    }

    private void end(final IoStatus status) {
        if (filled != null) {
            filled.release();
            filled = null;
        }
        set().intent().leave(region);
        final SetRequest ended = parent;
        parent = null;
        payload = null;
        clear();
        work().recycle(this);
        ended.partEnded(status);
    }
}
