package org.isobar.raid;

import java.util.ArrayDeque;
import org.isobar.api.block.IoStatus;

/**
 * The writes of a group that bring to its place what its log keeps, a round at a time. The log gets their redundancy alone: the
 * data is there, and is on stable media before the redundancy that goes with it, so that a replay which finds the one has
 * the other, or need not have it. Control lane only.
 */
final class RoundWrites {
    private final GroupParts parts;
    private final Runnable flushed;
    private final Runnable end;
    private final LogBatch batch;
    private final BatchWrite batchWrite;
    private final ArrayDeque<LogEntry> waiting = new ArrayDeque<>();
    private boolean running;
    private boolean isFlushed;

    /**
     * Sets it up.
     *
     * @param flushed hears that a round may be logged
     * @param end hears that a batch has ended, and its writes were told
     */
    RoundWrites(final GroupParts parts, final Runnable flushed, final Runnable end) {
        this.parts = parts;
        this.flushed = flushed;
        this.end = end;
        batch = new LogBatch(parts.layout(), parts.set().id(), parts.group());
        batchWrite = new BatchWrite(parts.set(), parts.group(), batch, this::batchEnded);
    }

    void add(final LogEntry entry) {
        waiting.addLast(entry);
        isFlushed = false;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    ArrayDeque<LogEntry> waiting() {
        return waiting;
    }

    /** Whether a flush or a batch is under way. */
    boolean isRunning() {
        return running;
    }

    /** Whether the data of all that wait is on stable media. */
    boolean isFlushed() {
        return isFlushed;
    }

    /** Brings the data of those that wait to stable media. */
    void flush() {
        running = true;
        parts.set().flushUnlogged(status -> {
            running = false;
            isFlushed = status == IoStatus.OK;
            if (!isFlushed) {
                refuse();
            }
            flushed.run();
        });
    }

    /** Those that wait are tried again later. */
    void refuse() {
        for (LogEntry entry = waiting.pollFirst(); entry != null; entry = waiting.pollFirst()) {
            entry.write().logged(false);
        }
    }

    /** Brings one to the front that need not wait for a checkpoint, which may have to wait for that one. */
    LogEntry firstAdmitted(final long tail) {
        for (int left = waiting.size(); left > 1 && !parts.stripes().admits(waiting.peekFirst(), tail); left--) {
            waiting.addLast(waiting.pollFirst());
        }
        return waiting.peekFirst();
    }

    /**
     * Makes a batch of those that wait, as many as go; the first does. {@link #write} is next, once the log has taken note of the
     * slots.
     *
     * @param next the first sequence number to use
     * @param slotsMax slots from there on
     * @param tail the log holds nothing from before
     * @return slots that they take
     */
    int take(final long next, final int slotsMax, final long tail) {
        running = true;
        batch.begin(next, Math.min(slotsMax, slots()));
        for (LogEntry entry = waiting.peekFirst(); entry != null; entry = waiting.peekFirst()) {
            entry.oldestData(parts.kept().oldest(entry.write()));
            if (!parts.stripes().admits(entry, tail) || !batch.add(entry)) {
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

    /** Slots that all of them take at most. */
    private int slots() {
        int blocks = 0;
        for (final LogEntry entry : waiting) {
            blocks += entry.contents() * (entry.length() / LogLayout.BLOCK_BYTES);
        }
        return blocks / parts.layout().contentBlocks() + waiting.size() / LogSlot.PIECES_MAX + 2;
    }

    private void batchEnded(final boolean logged) {
        parts.haltUnless(logged);
        running = false;
        batch.end(write -> parts.destager().logged(write, logged));
        end.run();
    }
}
