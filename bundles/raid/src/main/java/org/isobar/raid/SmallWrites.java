package org.isobar.raid;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The writes of a group that end when its log keeps their data, in the slots of a {@link KeptJournal}. Control lane only.
 */
final class SmallWrites {
    private final GroupParts parts;
    private final LogLayout layout;
    private final KeptSlots kept;
    private final Runnable end;
    private final KeptJournal journal;
    private final BatchWrite batchWrite;
    private final ArrayDeque<LogEntry> waiting = new ArrayDeque<>();
    private final List<LogEntry> batch = new ArrayList<>();
    private boolean active;

    /**
     * Sets it up.
     *
     * @param end hears that a batch has ended, and its writes were told
     */
    SmallWrites(final GroupParts parts, final Runnable end) {
        this.parts = parts;
        layout = parts.layout();
        kept = parts.kept();
        this.end = end;
        journal = new KeptJournal(layout, parts.set().id(), parts.group());
        batchWrite = new BatchWrite(parts.set(), parts.group(), journal, this::batchEnded);
    }

    /** One that moves on in the log, since it cannot be put in its place, goes first: room was left for it. */
    void add(final LogEntry entry) {
        if (entry.write().destages()) {
            waiting.addFirst(entry);
        } else {
            waiting.addLast(entry);
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    ArrayDeque<LogEntry> waiting() {
        return waiting;
    }

    /** Whether an entry finds room in so many slots from a sequence number on. */
    boolean fits(final LogEntry entry, final long next, final int free) {
        final int needed = needed(entry, next);
        return entry.write().destages() ? needed <= free : kept.hasRoomFor(entry, free - needed);
    }

    /** Slots that an entry takes, with those that are left out where the ring ends. */
    private int needed(final LogEntry entry, final long next) {
        final int more = journal.slotsFor(entry.blocks());
        if (more == 0 || journal.goesOn(next, more)) {
            return more;
        }
        return skipped(entry, next) + entry.slots(layout);
    }

    private int skipped(final LogEntry entry, final long next) {
        final int toEnd = layout.slots() - layout.slot(next);
        return entry.slots(layout) > toEnd ? toEnd : 0;
    }

    /**
     * Makes a batch of those that wait, as many as there is room for; the first has some. {@link #write} is next, once the log has
     * taken note of the slots.
     *
     * @param next the first sequence number that is not used
     * @param freeSlots slots from there on
     * @return the first that is not used afterwards
     */
    long take(final long next, final int freeSlots) {
        final long end = next + freeSlots;
        long after = next;
        active = true;
        journal.beginBatch();
        for (LogEntry entry = waiting.peekFirst(); entry != null; entry = waiting.peekFirst()) {
            if (!fits(entry, after, (int) (end - after))) {
                break;
            }
            final int more = journal.slotsFor(entry.blocks());
            if (more == 0 || journal.goesOn(after, more)) {
                after += more;
            } else if (batch.isEmpty()) {
                after += skipped(entry, after);
                journal.open(after, parts.set().controlWork().clock().nanoTime());
                after += entry.slots(layout);
            } else {
                break;
            }
            take(waiting.pollFirst());
        }
        return after;
    }

    /** Logs the batch; it may have ended when this returns. */
    void write() {
        batchWrite.start();
    }

    private void take(final LogEntry entry) {
        journal.add(entry);
        parts.logged(entry, journal.sequence());
        kept.begin(entry);
        batch.add(entry);
    }

    private void batchEnded(final boolean logged) {
        parts.haltUnless(logged);
        journal.endBatch(logged);
        for (final LogEntry entry : batch) {
            if (logged) {
                kept.keep(entry);
            } else {
                kept.giveUp(entry);
            }
            entry.write().logged(logged);
        }
        batch.clear();
        end.run();
    }

    /** What is kept from now on must be in later slots: what it is newer than is being logged. */
    void close() {
        journal.close();
    }

    /** Slots before {@code sequence} are to become free. */
    void leave(final long sequence) {
        if (journal.sequence() < sequence) {
            journal.close();
        }
    }

    /** Whether there was any since the last time. */
    boolean wasActive() {
        final boolean was = active;
        active = false;
        return was;
    }
}
