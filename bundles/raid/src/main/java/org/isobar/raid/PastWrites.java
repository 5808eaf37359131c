package org.isobar.raid;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The writes of a group that go past its log: whole stripes, of which a {@link LogJournal} gets what they held, once and on
 * stable media, and what they are to hold, each time. Control lane only.
 */
final class PastWrites {
    private final LogLayout layout;
    private final AssembledSet set;
    private final LoggedStripes stripes;
    private final LogPending pending;
    private final GroupLog log;
    private final LogJournal journal;
    private final Announced announced;
    private final BatchWrite batchWrite;
    private final ArrayDeque<LogEntry> waiting = new ArrayDeque<>();
    private final List<LogEntry> batch = new ArrayList<>();
    private long left;
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
        announced = new Announced(set, group, stripes);
        batchWrite = new BatchWrite(set, group, journal, this::batchEnded);
    }

    /** Whether an entry may go past the log, as far as its form goes. */
    boolean takes(final LogEntry entry) {
        return entry.hasSums() && needed(entry, true) <= LogJournal.capacity(layout);
    }

    void add(final LogEntry entry) {
        waiting.addLast(entry);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
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

    /** Whether the first in line needs a slot. */
    boolean needsSlot() {
        return journal.room() < needed(waiting.peekFirst());
    }

    void open(final long sequence) {
        journal.open(sequence, sequence ^ set.controlWork().clock().nanoTime() | 1);
    }

    /** Logs as many as the slot has room for; it has some. */
    void start() {
        active = true;
        journal.beginBatch();
        LogEntry last = null;
        while (!waiting.isEmpty() && !needsSlot()) {
            final LogEntry entry = waiting.pollFirst();
            last = take(entry) ? entry : last;
            batch.add(entry);
        }
        if (last != null) {
            announced.goOn(last, journal);
        }
        batchWrite.start();
    }

    /** Answers whether its stripe had not been announced. */
    private boolean take(final LogEntry entry) {
        final int first = entry.from() / LogLayout.BLOCK_BYTES;
        final int rows = entry.length() / LogLayout.BLOCK_BYTES;
        final boolean anew = announced.sequence(entry) == Announced.NONE;
        if (anew) {
            journal.add(entry.stripe(), first, rows, entry.sums().hashesBefore());
            journal.mustBeDurable();
            announced.add(entry, journal.sequence());
        }
        journal.add(entry.stripe(), first, rows, entry.sums().hashesAfter());
        if (entry.write().durable()) {
            journal.mustBeDurable();
        }
        entry.loggedAt(announced.sequence(entry));
        pending.begin(entry.sequence());
        stripes.passedBy(entry.stripe(), journal.sequence());
        return anew;
    }

    private void batchEnded(final boolean logged) {
        if (logged) {
            journal.written();
        }
        log.pastLogged(logged);
        for (final LogEntry entry : batch) {
            entry.write().logged(logged);
        }
        batch.clear();
        log.appended();
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
            if (journal.sequence() < sequence) {
                journal.close();
            }
        }
    }

    /** Nothing is under way, and what slots hold counts no more. */
    void restart() {
        leave(Long.MAX_VALUE);
        left = 0;
    }

    /** Whether there was any since the last time. */
    boolean wasActive() {
        final boolean was = active;
        active = false;
        return was;
    }
}
