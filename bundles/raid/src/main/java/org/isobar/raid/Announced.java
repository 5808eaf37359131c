package org.isobar.raid;

import java.util.HashMap;
import java.util.Map;

/**
 * The stripes of a group that may be written past its log: those of which a {@link LogJournal} tells, on stable media, what
 * they held before. One that is written anew needs no further record of that kind, and no wait for stable media. While
 * stripes come one after the other, those that will come next are announced along with them, more each time. Bounded by what slots can
 * hold. Control lane only.
 */
final class Announced {
    static final long NONE = -1;
    private static final int WINDOW_MIN = 8;
    private static final int WINDOW_MAX = 256;
    private static final int GROWTH = 4;

    private final AssembledSet set;
    private final int group;
    private final LoggedStripes logged;
    private final StripeLook look;
    private final Map<Long, Range> ranges = new HashMap<>();
    private int window = WINDOW_MIN;

    /** Which rows, and the number of the slot that tells of them. */
    private record Range(int from, int to, long sequence) {}

    Announced(final AssembledSet set, final int group, final LoggedStripes logged) {
        this.set = set;
        this.group = group;
        this.logged = logged;
        look = new StripeLook(set.controlWork());
    }

    /** The slot that tells what a range of a stripe held, or {@link #NONE}. */
    long sequence(final LogEntry entry) {
        final Range range = ranges.get(entry.stripe());
        final boolean covers = range != null && range.from <= entry.from() && range.to >= entry.from() + entry.length();
        return covers ? range.sequence : NONE;
    }

    void add(final LogEntry entry, final long sequence) {
        ranges.put(entry.stripe(), new Range(entry.from(), entry.from() + entry.length(), sequence));
    }

    /** A stripe is changed otherwise, or was. */
    void forget(final long stripe) {
        ranges.remove(stripe);
    }

    /** Slots before {@code sequence} must not be needed any more. */
    void drop(final long sequence) {
        ranges.values().removeIf(range -> range.sequence < sequence);
    }

    /** Announces what is likely to come after a stripe, as far as the slot goes. */
    void goOn(final LogEntry entry, final LogJournal journal) {
        final long stripe = entry.stripe();
        if (!ranges.containsKey(stripe - 1)) {
            window = WINDOW_MIN;
            return;
        }
        final int stripBytes = set.layout().stripBytes();
        final int rows = stripBytes / LogLayout.BLOCK_BYTES;
        final int entries = LogJournal.entries(rows);
        final long end = Math.min(set.layout().stripes(), stripe + 1 + window);
        window = Math.min(WINDOW_MAX, GROWTH * window);
        for (long next = stripe + 1; next < end && journal.room() >= entries; next++) {
            if (ranges.containsKey(next) || logged.holdsContent(next)) {
                continue;
            }
            final StripeSums sums = look.at(set, next, group);
            if (sums != null) {
                journal.add(next, 0, rows, sums.hashesBefore());
                ranges.put(next, new Range(0, stripBytes, journal.sequence()));
            }
        }
    }
}
