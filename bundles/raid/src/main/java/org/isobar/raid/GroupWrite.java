package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import org.isobar.api.block.IoStatus;
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
final class GroupWrite extends StripeChange implements ColumnVerdict {
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
        /** There is no room in the log, and what makes room may need the lock. */
        STAND_BACK,
        END
    }

    /** What the requests under way are for. */
    private enum Phase {
        /** Whole blocks are made of the parts to be written. */
        FILL,
        READ,
        WRITE
    }

    private PartEnd parent;
    private boolean durable;
    /** Whether it brings to its place what the log has kept. */
    private boolean destages;
    /** Whether the log has no room to keep it. */
    private boolean refused;
    /** Whether it has waited until what is kept of its range is in place. */
    private boolean waited;
    /** Whether it has waited until the log had passed what it held of its stripe. */
    private boolean gaveWay;

    private int region;
    private Step step = Step.LOCK;
    private Phase phase = Phase.WRITE;
    private long readFailures;
    private long doubtfulElements;
    private IoStatus verdict = IoStatus.OK;
    private final Runnable waitForRoom = this::waitForRoom;
    private final LogEntry entry = new LogEntry(this);
    private boolean inPlace;
    private final Runnable nowInLog = this::nowInLog;
    private final Runnable notInLog = this::notInLog;
    /** Whether it is made in place while it is being logged. */
    private boolean logging;
    /** How it ended in place while that is so, or null. */
    private IoStatus heldBack;
    /** Whether it is in place, perhaps, but not in the log. */
    private boolean unlogged;

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
            final PartEnd forParent,
            final int firstElement,
            final int elementCount,
            final int from,
            final int to,
            final ByteBuf data,
            final int index,
            final boolean survivesPowerLoss) {
        parent = forParent;
        content().give(firstElement, elementCount, from, to, data, index, layout().stripBytes());
        durable = survivesPowerLoss;
        destages = false;
        waited = false;
        gaveWay = false;
        begin();
    }

    /** Says which elements are to get what the log has kept of the range; does nothing when some is in place meanwhile. */
    void destage(final PartEnd forParent, final int firstElement, final int elementCount) {
        parent = forParent;
        content().give(firstElement, elementCount, from(), from(), null, 0, 0);
        durable = false;
        destages = true;
        begin();
    }

    private void begin() {
        refused = false;
        readFailures = 0;
        doubtfulElements = 0;
        entry.clear();
        inPlace = false;
        unlogged = false;
    }

    boolean destages() {
        return destages;
    }

    boolean durable() {
        return durable;
    }

    void start() {
        region = layout().region(stripe());
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
            case LOGGED -> {
                if (entry.isDataOnly()) {
                    finish(IoStatus.OK);
                } else {
                    writeInPlace();
                }
            }
            case NOT_LOGGED -> finish(IoStatus.OFFLINE);
            case STAND_BACK -> standBackNow();
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
        if (content().lacks(length())) {
            if (keptWholly()) {
                fillFromKept();
            } else if (destages) {
                finish(IoStatus.OK);
            } else {
                fill(unreadable);
            }
            return;
        }
        if (mayBeKept()) {
            keep();
            return;
        }
        if (!choose(columns, unreadable)) {
            noWay();
        } else if (needsOld()) {
            read();
        } else {
            write();
        }
    }

    private boolean keptWholly() {
        final KeptBlocks kept = set().log().kept();
        for (int element = content().first(); element < content().end(); element++) {
            if (!kept.all(stripe(), group(), element, from(), from() + length())) {
                return false;
            }
        }
        return true;
    }

    private void fillFromKept() {
        content().fill(length());
        filled();
    }

    /** Whether it is enough that the log has it, for now: small, and not all there is of the group. */
    private boolean mayBeKept() {
        return set().log().keeps()
                && !destages
                && !refused
                && !content().isZero()
                && content().count() < layout().dataStrips()
                && isSmall();
    }

    private boolean isSmall() {
        return content().count() * length() <= set().log().smallBytes();
    }

    private void keep() {
        entry.describe(content().elements(), 0, content().elements());
        entry.dataOnly();
        logIt();
    }

    /** The log has no room to keep it: it is made in place. Control lane. */
    void notKept() {
        entry.clear();
        refused = true;
        step = Step.PLAN;
        lane().execute(this);
    }

    /** The log has no room: gives the lock back and waits. Control lane. */
    void standBack() {
        step = Step.STAND_BACK;
        lane().execute(this);
    }

    /** The log holds something of the stripe that it may not go past: gives the lock back and waits, once. Control lane. */
    void giveWay() {
        gaveWay = true;
        standBack();
    }

    boolean hasGivenWay() {
        return gaveWay;
    }

    private void standBackNow() {
        giveBack();
        set().control().execute(waitForRoom);
    }

    private void giveBack() {
        forgetRedundancy();
        content().forgetFilled();
        begin();
        set().locks().release(this);
    }

    private boolean keptPartly() {
        final KeptBlocks kept = set().log().kept();
        for (int element = content().first(); element < content().end(); element++) {
            if (kept.any(stripe(), group(), element, from(), from() + length())) {
                return true;
            }
        }
        return false;
    }

    /** There may be room in the log. Control lane. */
    void again() {
        step = Step.LOCK;
        lane().execute(this);
    }

    /** Reads what is not written of the blocks that are, from the other elements if it must be. */
    private void fill(final long unreadable) {
        final boolean fromOthers = (unreadable & content().elements()) != 0;
        if (fromOthers && Long.bitCount(unreadable) > 1) {
            noWay();
            return;
        }
        phase = Phase.FILL;
        beginReads(false);
        for (int element = 0; element <= layout().dataStrips(); element++) {
            if ((unreadable & 1L << element) == 0 && (fromOthers || content().holds(element))) {
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

    private void fillFromRead() {
        final int length = length();
        final ByteBuf whole = content().fill(length);
        for (int element = content().first(); element < content().end(); element++) {
            final int at = content().index(element);
            final ByteBuf old = scratch(element);
            if (old == null) {
                final ParitySum sum = work().paritySum().begin(length);
                addScratchExcept(element, sum);
                sum.into(whole, at);
                if (anyLost(element, whole, at)) {
                    content().forgetFilled();
                    finish(IoStatus.IO_ERROR);
                    return;
                }
            } else {
                whole.setBytes(at, old, 0, length);
            }
        }
        filled();
    }

    private void filled() {
        final KeptBlocks kept = set().log().kept();
        for (int element = content().first(); element < content().end(); element++) {
            kept.copy(
                    stripe(),
                    group(),
                    element,
                    from(),
                    from() + length(),
                    content().data(),
                    content().index(element));
        }
        content().overlay(from());
        releaseScratch();
        plan();
    }

    private void read() {
        phase = Phase.READ;
        beginReads(false);
        readOld();
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
            fillFromRead();
        } else {
            write();
        }
    }

    private void write() {
        renewRedundancy();
        if (!set().log().isOn()) {
            writeInPlace();
            return;
        }
        describe(entry);
        if (destages) {
            entry.redundancyOnly();
        }
        final boolean lessWillDo = needNotBeRepeatable();
        if (lessWillDo && !isWhole()) {
            makePartialParity();
        }
        if (!lessWillDo || entry.collect()) {
            logIt();
        }
    }

    /** What is to be logged is complete. */
    void logIt() {
        work().toLog().add(entry);
        work().fromLog().run();
    }

    /**
     * Whether it may be enough to log checksums, and of a part of a stripe partial parity: when no block depends on what is not
     * written, or on what is missing. Of a small part, and of one that must be durable before it ends, the log has all: then it is.
     */
    private boolean needNotBeRepeatable() {
        return (isWhole() || !(destages || durable || isSmall()))
                && !content().isFilled()
                && unreadableElements() == 0
                && !unverifiable()
                && keepSums();
    }

    private boolean keepSums() {
        for (int element = 0; element <= layout().dataStrips(); element++) {
            if (columns().sums(column(element)) == null) {
                return false;
            }
        }
        return true;
    }

    /** That of the stripe's redundancy. */
    int redundancyColumn() {
        return column(layout().dataStrips());
    }

    @Override
    void copySums(final int element, final ByteBuf data, final int index, final int[] to) {
        if (entry.hasSums()) {
            entry.sums().copyAfter(element, to);
        } else {
            super.copySums(element, data, index, to);
        }
    }

    private void waitForRoom() {
        set().log().group(group()).stand(this);
    }

    /** The wait for the log is over; called on the control lane. */
    void logged(final boolean durably) {
        if (entry.isAhead()) {
            lane().execute(durably ? nowInLog : notInLog);
            return;
        }
        step = durably ? Step.LOGGED : Step.NOT_LOGGED;
        lane().execute(this);
    }

    /** Need not wait for the log before it is made in place; {@link #logged} tells how that ends. */
    void writeBesideLog() {
        logging = true;
        writeInPlace();
    }

    private void notInLog() {
        unlogged = true;
        nowInLog();
    }

    private void nowInLog() {
        logging = false;
        if (heldBack != null) {
            final IoStatus status = heldBack;
            heldBack = null;
            finish(status);
        }
    }

    private void writeInPlace() {
        phase = Phase.WRITE;
        if (entry.isRepeatable()) {
            beginLoggedWrites();
        } else {
            beginWrites(durable);
        }
        writeNew();
        endOfPhase();
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
        if (logging) {
            heldBack = status;
            return;
        }
        forgetRedundancy();
        if (status == IoStatus.IO_ERROR && content().lacks(length()) && !waited && keptPartly()) {
            // What cannot be read in place is perhaps kept.
            waited = true;
            giveBack();
            set().control().execute(() -> set().log().group(group()).standUntilPlaced(this));
            return;
        }
        if (destages && status == IoStatus.IO_ERROR && !entry.isLogged()) {
            // There is no way to put it in place now: it moves on in the log, lest it holds up all that came after.
            keep();
            return;
        }
        if (inPlace && set().log().isOn()) {
            set().log().group(group()).kept().placed(this);
        }
        if (entry.isLogged()) {
            leaveLog();
        }
        set().locks().release(this);
        end(unlogged ? IoStatus.OFFLINE : status);
    }

    private void leaveLog() {
        if (!inPlace && !entry.isDataOnly()) {
            // Before the lock goes, lest somebody build upon what may be half done.
            set().log().halt();
        }
        set().log().group(group()).ended(entry.sequence());
    }

    private void end(final IoStatus status) {
        content().clear();
        set().intent().leave(region);
        final PartEnd ended = parent;
        parent = null;
        clear();
        work().recycle(this);
        ended.partEnded(status);
    }
}
