package org.isobar.raid;

import java.util.concurrent.atomic.AtomicIntegerArray;

/** Of each slot of a log, the writes that rely on it and have not ended in place. Any lane may call. */
final class LogPending {
    private final LogLayout layout;
    private final AtomicIntegerArray counts;

    LogPending(final LogLayout layout) {
        this.layout = layout;
        counts = new AtomicIntegerArray(layout.slots());
    }

    void begin(final long sequence) {
        counts.incrementAndGet(layout.slot(sequence));
    }

    /** A write has ended; answers whether it was the last. */
    boolean end(final long sequence) {
        return counts.decrementAndGet(layout.slot(sequence)) == 0;
    }

    /** The first slot from {@code from} on that a write relies on, or {@code end}. */
    long first(final long from, final long end) {
        for (long sequence = from; sequence < end; sequence++) {
            if (counts.get(layout.slot(sequence)) > 0) {
                return sequence;
            }
        }
        return end;
    }
}
