package org.isobar.raid;

/**
 * The slots of a group's log that are in use: those of the sequence numbers from the tail up to the next one, in a ring.
 * Control lane only, but for {@link #used}.
 */
final class LogRing {
    private final LogLayout layout;
    private long tail;
    private long next;
    /** For others to see. */
    private volatile int used;

    LogRing(final LogLayout layout) {
        this.layout = layout;
    }

    /** Begins anew, with some in use. */
    void resume(final long from, final long end) {
        tail = from;
        takeTo(end);
    }

    /** The first number in use: the log holds nothing from before. */
    long tail() {
        return tail;
    }

    /** The first number that is not in use. */
    long next() {
        return next;
    }

    /** How many are in use. Any lane may call. */
    int used() {
        return used;
    }

    int free() {
        return layout.slots() - used;
    }

    /** How many follow the next one, and itself, up to where the ring ends. */
    int toEnd() {
        return layout.slots() - layout.slot(next);
    }

    /** Slots that are left out by a batch of so many or more: it does not go round the end. */
    int skipped(final int slots) {
        return slots > toEnd() ? toEnd() : 0;
    }

    /** Further ones are in use. */
    void takeTo(final long end) {
        next = end;
        used = (int) (next - tail);
    }

    /** Those before a number are free. */
    void passed(final long to) {
        tail = to;
        used = (int) (next - tail);
    }
}
