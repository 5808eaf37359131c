package org.isobar.pool.store;

import java.util.concurrent.atomic.AtomicLongArray;
import org.isobar.api.raid.RaidSet;
import org.isobar.api.raid.RaidSetState;

/**
 * A RAID set at work: the assembled set, and for each slot the requests that are in it. Pins, {@link #raid} and
 * {@link #written} belong to all lanes, the rest to the control lane.
 */
final class LiveSet {
    /** The pin of a request that changes nothing. */
    static final long READER = 1;
    /** The pin of a request that changes what is in the slot. */
    static final long WRITER = 1L << 30;

    private static final long WRITERS = (WRITER - 1) << 30;
    /** Set in a slot's pin count while a move waits for the last writer to leave. */
    private static final long WRITERS_AWAITED = 1L << 60;
    /** Set in a slot's pin count while the cleaner waits for the last request to leave. */
    private static final long AWAITED = 1L << 61;

    private static final long COUNTS = WRITERS_AWAITED - 1;

    private static final int NO_WORK = -2;

    private final SetState state;
    private final AtomicLongArray pins;
    private volatile RaidSet raid;
    private volatile long slotBytes;
    private volatile boolean written = true;
    private int readySlots;
    private int cleaningSlots;
    private int openHint;
    private boolean leaving;
    private boolean resting;
    private boolean rested;
    private int workColumn = NO_WORK;

    LiveSet(final SetState state) {
        this.state = state;
        pins = new AtomicLongArray(state.slotCount());
    }

    /** Bytes of a slot: a page, rounded up to whole stripes. */
    static long slotBytes(final int pageBytes, final int stripeBytes) {
        return ((long) pageBytes + stripeBytes - 1) / stripeBytes * stripeBytes;
    }

    SetState state() {
        return state;
    }

    int id() {
        return (int) state.id();
    }

    /** The assembled set, or null while it was never assembled; the closed one while it rests. */
    RaidSet raid() {
        return raid;
    }

    void assembled(final RaidSet set) {
        slotBytes = slotBytes(state.pageBytes(), set.geometry().stripeDataBytes());
        // What it was given before it rested is perhaps on no stable media.
        written = true;
        resting = false;
        rested = false;
        raid = set;
    }

    /** It is being closed because its level has gone, or is closed and waits for it. */
    boolean resting() {
        return resting;
    }

    /** Whether it is closed, and so may be assembled again. */
    boolean hasRested() {
        return rested;
    }

    void rest() {
        resting = true;
    }

    void rested() {
        rested = true;
    }

    boolean serving() {
        final RaidSet set = raid;
        return set != null && set.info().state() != RaidSetState.OFFLINE;
    }

    boolean healthy() {
        final RaidSet set = raid;
        return set != null && set.info().state() == RaidSetState.HEALTHY;
    }

    long slotBytes() {
        return slotBytes;
    }

    /** First byte of a slot in the set. */
    long slotOffset(final int slot) {
        return slot * slotBytes;
    }

    /**
     * A request is about to enter a slot; it looks at the page map again afterwards.
     *
     * @param kind {@link #READER} or {@link #WRITER}
     */
    void pin(final int slot, final long kind) {
        pins.addAndGet(slot, kind);
    }

    /** A request has left a slot. Returns whether somebody waits for just that. */
    boolean unpin(final int slot, final long kind) {
        final long left = pins.addAndGet(slot, -kind);
        return left >= WRITERS_AWAITED
                && ((left & COUNTS) == 0 || ((left & WRITERS_AWAITED) != 0 && (left & WRITERS) == 0));
    }

    /** Returns whether no writer is in the slot; if not, some {@link #unpin} will say so. */
    boolean writersGoneOrAwaited(final int slot) {
        final long before = pins.getAndUpdate(slot, count -> count | WRITERS_AWAITED);
        if ((before & WRITERS) != 0) {
            return false;
        }
        awaitNoWriters(slot);
        return true;
    }

    /** Nobody waits for writers any more. */
    void awaitNoWriters(final int slot) {
        pins.getAndUpdate(slot, count -> count & ~WRITERS_AWAITED);
    }

    /** Returns whether nobody is in the slot; if not, some {@link #unpin} will say so. */
    boolean vacatedOrAwaited(final int slot) {
        final long before = pins.getAndUpdate(slot, count -> count | AWAITED);
        if ((before & COUNTS) != 0) {
            return false;
        }
        pins.getAndUpdate(slot, count -> count & ~AWAITED);
        return true;
    }

    /** A change of its content has ended. */
    void markWritten() {
        if (!written) {
            written = true;
        }
    }

    /** Whether content changed since the last call. */
    boolean takeWritten() {
        final boolean was = written;
        written = false;
        return was;
    }

    /** Slots OPEN and ready to be handed out. */
    int readySlots() {
        return readySlots;
    }

    void readySlotsChanged(final int by) {
        readySlots += by;
    }

    /** Slots on their way to be FREE again. */
    int cleaningSlots() {
        return cleaningSlots;
    }

    void cleaningSlotsChanged(final int by) {
        cleaningSlots += by;
    }

    /** Whether no slot is in use or on its way into or out of use. */
    boolean empty() {
        return !underWork()
                && cleaningSlots == 0
                && state.count(SetState.Slot.FREE) + readySlots == state.slotCount()
                && state.count(SetState.Slot.OPEN) == readySlots;
    }

    /** Where to look for FREE slots first. */
    int openHint() {
        return openHint;
    }

    void openHint(final int slot) {
        openHint = slot;
    }

    /** Whether the upkeep works on it. */
    boolean underWork() {
        return workColumn != NO_WORK;
    }

    /** Whether the upkeep works on this column: then it is for the work to find out that the column was lost. */
    boolean underWork(final int column) {
        return workColumn == column;
    }

    /** The upkeep begins to work on a column; -1 stands for the set as a whole. */
    void beginWork(final int column) {
        workColumn = column;
    }

    void endWork() {
        workColumn = NO_WORK;
    }

    /** Whether it is being closed for good. */
    boolean leaving() {
        return leaving;
    }

    void leave(final boolean leaves) {
        leaving = leaves;
    }
}
