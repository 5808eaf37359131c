package org.isobar.raid;

import java.util.ArrayDeque;

/** The writes of a group that are logged as they are, data and redundancy, before they are made in place. Control lane only. */
final class ContentWrites {
    /** A batch has so many at most, or those of one write. */
    static final int BATCH_SLOTS = 32;

    private final GroupParts parts;
    private final Runnable end;
    private final LogBatch batch;
    private final BatchWrite batchWrite;
    private final ArrayDeque<LogEntry> waiting = new ArrayDeque<>();

    /**
     * Sets it up.
     *
     * @param end hears that a batch has ended, and its writes were told
     */
    ContentWrites(final GroupParts parts, final Runnable end) {
        this.parts = parts;
        this.end = end;
        batch = new LogBatch(parts.layout(), parts.set().id(), parts.group());
        batchWrite = new BatchWrite(parts.set(), parts.group(), batch, this::batchEnded);
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
     * Makes a batch of those that wait, as many as go; the first does. {@link #write} is next, once the log has taken note of the
     * slots.
     *
     * @param next the first sequence number to use
     * @param room slots from there on, with those that must be left free
     * @param tail the log holds nothing from before
     * @return slots that they take
     */
    int take(final long next, final int room, final long tail) {
        final LogLayout layout = parts.layout();
        final int upTo = Math.min(room, layout.slots() - layout.slot(next));
        batch.begin(next, Math.min(upTo, Math.max(waiting.peekFirst().slots(layout), BATCH_SLOTS)));
        for (LogEntry entry = waiting.peekFirst(); entry != null; entry = waiting.peekFirst()) {
            final boolean fits = entry.slots(layout) + parts.kept().reserve() <= room - batch.slots();
            if (!parts.stripes().admits(entry, tail) || !fits || !batch.add(entry)) {
                break;
            }
            waiting.pollFirst();
            parts.logged(entry, batch.first() + batch.slots() - 1);
        }
        batch.seal();
        return batch.slots();
    }

    /** Logs the batch; it may have ended when this returns. */
    void write() {
        batchWrite.start();
    }

    private void batchEnded(final boolean logged) {
        parts.haltUnless(logged);
        batch.end(write -> write.logged(logged));
        end.run();
    }
}
