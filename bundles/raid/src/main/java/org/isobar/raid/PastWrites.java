package org.isobar.raid;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The writes of a group that go past its log: whole stripes, of which a {@link LogJournal} gets what they held, once and on
 * stable media, and what they are to hold, each time. Where it has told what they held they are made in place at once,
 * beside the batch that says what they are to hold, and end after both: cut short, a row of blocks may be anything in either case,
 * and once they have ended the log knows it. A few batches may be under way at a time, lest each waits behind the data of the one before
 * on its way to the disk; they end in order. Control lane only.
 */
final class PastWrites {
    private static final int BATCHES_MAX = 6;
    /**
     * One at a time after one that took longer: then the log is on drives, which have to seek for each of them, and away from the data
     * that they are beside.
     */
    private static final long QUICK_NS = 3_500_000;

    /** Slots that batches may be on their way to. */
    private static final int SLOTS_MAX = 3;

    private final LogLayout layout;
    private final AssembledSet set;
    private final LoggedStripes stripes;
    private final LogPending pending;
    private final GroupLog log;
    /** The present slot. */
    private LogJournal journal;
    /** Those of the slots before, which may have batches under way; the oldest is the next. */
    private final ArrayDeque<LogJournal> others = new ArrayDeque<>();

    private final Announced announced;
    private final ArrayDeque<LogEntry> waiting = new ArrayDeque<>();
    /** Those that are being made in place, and go to the present slot with the next batch. */
    private final ArrayDeque<LogEntry> ahead = new ArrayDeque<>();

    private final ArrayDeque<PastBatch> free = new ArrayDeque<>();
    /** The oldest first. */
    private final ArrayDeque<PastBatch> underWay = new ArrayDeque<>();

    /** A batch is not surely in the log, so none after it counts. */
    private boolean broken;
    /** Entries of the slot that those are to have. */
    private int promised;

    private long left;
    /** Whether the slot is to be closed once those are in it. */
    private boolean closing;

    /** What the last batch took. */
    private long tookNs;

    private boolean active;

    /**
     * Sets it up.
     *
     * @param stripes what the log holds of stripes
     * @param pending of each slot, the writes that rely on it and have not ended
     * @param log hears of the end of a batch
     */
    PastWrites(
            final AssembledSet set,
            final LogLayout layout,
            final int group,
            final LoggedStripes stripes,
            final LogPending pending,
            final GroupLog log) {
        this.set = set;
        this.layout = layout;
        this.stripes = stripes;
        this.pending = pending;
        this.log = log;
        journal = new LogJournal(layout, set.id(), group);
        for (int i = 1; i < SLOTS_MAX; i++) {
            others.addLast(new LogJournal(layout, set.id(), group));
        }
        announced = new Announced(set, group, stripes);
        for (int i = 0; i < BATCHES_MAX; i++) {
            free.addLast(new PastBatch(set, group, this::batchEnded));
        }
    }

    /** Whether an entry may go past the log, as far as its form goes. */
    boolean takes(final LogEntry entry) {
        return entry.isWhole() && entry.hasSums() && needed(entry, true) <= LogJournal.capacity(layout);
    }

    void add(final LogEntry entry) {
        waiting.addLast(entry);
    }

    boolean isEmpty() {
        return waiting.isEmpty() && ahead.isEmpty();
    }

    ArrayDeque<LogEntry> waiting() {
        return waiting;
    }

    /**
     * Hands over those of whose stripes the log holds content.
     *
     * @param giveWay gets those that can wait until that has been passed
     * @param asTheyAre gets those that have done so before, and are to be logged as they are
     */
    void sortOut(final Deque<LogEntry> giveWay, final Deque<LogEntry> asTheyAre) {
        for (int left = waiting.size(); left > 0; left--) {
            final LogEntry entry = waiting.pollFirst();
            final boolean past = !stripes.holdsContent(entry.stripe());
            entry.sumsOnly(past);
            final Deque<LogEntry> others = entry.write().hasGivenWay() ? asTheyAre : giveWay;
            (past ? waiting : others).addLast(entry);
        }
    }

    private static int needed(final LogEntry entry, final boolean both) {
        return LogJournal.entries(entry.length() / LogLayout.BLOCK_BYTES) * (both ? 2 : 1);
    }

    private int needed(final LogEntry entry) {
        return needed(entry, announced.sequence(entry) == Announced.NONE);
    }

    /** Entries of the slot that nobody is to have yet. */
    private int room() {
        return closing ? 0 : journal.room() - promised;
    }

    /** Whether the first in line needs a slot. */
    boolean needsSlot() {
        return ahead.isEmpty() && room() < needed(waiting.peekFirst());
    }

    /** Whether a further batch may begin. */
    boolean mayStart() {
        return underWay.isEmpty() || (!free.isEmpty() && tookNs < QUICK_NS);
    }

    /** Whether batches are being written. */
    boolean isWriting() {
        return !underWay.isEmpty();
    }

    /** Whether a further slot can be filled. */
    boolean mayOpen() {
        return !others.peekFirst().isBusy();
    }

    void open(final long sequence) {
        others.addLast(journal);
        journal = others.pollFirst();
        journal.open(sequence, sequence ^ set.controlWork().clock().nanoTime() | 1);
    }

    /** Lets those be made in place that may be, while a batch is being written perhaps. */
    void letGo() {
        for (int left = waiting.size(); left > 0; left--) {
            final LogEntry entry = waiting.pollFirst();
            if (announced.isStable(entry) && !stripes.holdsContent(entry.stripe()) && room() >= needed(entry, false)) {
                promised += needed(entry, false);
                ahead.addLast(entry);
                goAhead(entry);
            } else {
                waiting.addLast(entry);
            }
        }
    }

    /** The slot that it relies on stays until it has ended, and with that the one that it is to go to. */
    private void goAhead(final LogEntry entry) {
        relyOn(entry, announced.sequence(entry));
        entry.sumsOnly(true);
        entry.goAhead();
    }

    private void relyOn(final LogEntry entry, final long sequence) {
        entry.loggedAt(sequence);
        pending.begin(sequence);
        stripes.passedBy(entry.stripe(), journal.sequence());
    }

    /** Logs as many as the slot has room for; it has some. */
    void start() {
        active = true;
        final PastBatch batch = free.pollFirst();
        batch.begin(journal, announced.beginBatch());
        LogEntry last = null;
        for (LogEntry entry = ahead.pollFirst(); entry != null; entry = ahead.pollFirst()) {
            addNew(entry, batch);
            last = entry;
        }
        promised = 0;
        boolean anew = false;
        while (!waiting.isEmpty() && room() >= needed(waiting.peekFirst())) {
            final LogEntry entry = waiting.pollFirst();
            final boolean first = take(entry, batch);
            last = first || !anew ? entry : last;
            anew |= first;
        }
        closeIfLeft();
        if (last != null && announced.goOn(last, anew, journal)) {
            batch.mustBeDurable();
        }
        underWay.addLast(batch);
        batch.start();
    }

    /** Answers whether its stripe had not been announced. */
    private boolean take(final LogEntry entry, final PastBatch batch) {
        final boolean anew = announced.sequence(entry) == Announced.NONE;
        if (anew) {
            journal.add(
                    entry.stripe(),
                    row(entry.from()),
                    row(entry.length()),
                    entry.sums().hashesBefore());
            batch.mustBeDurable();
            announced.add(entry, journal.sequence());
        }
        if (announced.isStable(entry)) {
            goAhead(entry);
        } else {
            relyOn(entry, announced.sequence(entry));
        }
        addNew(entry, batch);
        return anew;
    }

    private void addNew(final LogEntry entry, final PastBatch batch) {
        journal.add(
                entry.stripe(),
                row(entry.from()),
                row(entry.length()),
                entry.sums().hashesAfter());
        if (entry.write().durable()) {
            batch.mustBeDurable();
        }
        batch.add(entry);
    }

    private static int row(final int at) {
        return at / LogLayout.BLOCK_BYTES;
    }

    private void batchEnded(final PastBatch ended) {
        while (!underWay.isEmpty() && underWay.peekFirst().isEnded()) {
            end(underWay.pollFirst());
        }
        log.goOn();
    }

    private void end(final PastBatch batch) {
        broken |= !batch.isWritten();
        tookNs = batch.tookNs();
        batch.leave(!broken);
        if (!broken) {
            announced.written(batch.number());
        }
        log.pastLogged(!broken);
        batch.tell(!broken);
        free.addLast(batch);
    }

    /** A stripe is written otherwise. */
    void forget(final long stripe) {
        announced.forget(stripe);
    }

    /** Slots before {@code sequence} are to become free once the writes that rely on them have ended. */
    void leave(final long sequence) {
        if (sequence > left) {
            left = sequence;
            announced.drop(sequence);
            closing |= journal.sequence() < sequence;
            if (ahead.isEmpty()) {
                closeIfLeft();
            }
        }
    }

    private void closeIfLeft() {
        if (closing) {
            closing = false;
            journal.close();
        }
    }

    /** The set does not serve: those that have gone ahead will not be logged. */
    void refuseAhead() {
        for (LogEntry entry = ahead.pollFirst(); entry != null; entry = ahead.pollFirst()) {
            entry.write().logged(false);
        }
        promised = 0;
        closeIfLeft();
    }

    /** Nothing is under way, and what slots hold counts no more. */
    void restart() {
        leave(Long.MAX_VALUE);
        left = 0;
        broken = false;
    }

    /** Whether there was any since the last time. */
    boolean wasActive() {
        final boolean was = active;
        active = false;
        return was;
    }
}
