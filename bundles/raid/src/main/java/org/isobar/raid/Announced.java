package org.isobar.raid;

import java.util.HashMap;
import java.util.Map;

/**
 * The stripes of a group that may be written past its log: those of which a {@link LogJournal} tells, on stable media, what
 * they held before. One that is written anew needs no further record of that kind, and no wait for stable media. While
 * stripes come one after the other, those that will come next are announced along with them, more each time, and again before
 * the last of them comes. Bounded by what slots can hold. Control lane only.
 */
final class Announced {
    static final long NONE = -1;
    private static final int WINDOW_MIN = 8;
    private static final int WINDOW_MAX = 256;
    private static final int GROWTH = 4;
    /** So many more than the one that comes are to be known, if sequences are so long. */
    private static final int LEAD_MAX = 64;
    /** Of so many shares of a slot one is left to what stripes are to hold, and one is worth the wait for stable media. */
    private static final int SHARES = 4;

    private final AssembledSet set;
    private final int group;
    private final LoggedStripes logged;
    private final StripeLook look;
    private final Map<Long, Range> ranges = new HashMap<>();
    private int window = WINDOW_MIN;
    /** What comes before this stripe was looked at when there was last something to announce. */
    private long looked;
    /** The last batch that was begun. */
    private long batch;
    /** The last one that is on stable media. */
    private long written;

    /** Which rows, and the numbers of the slot that tells of them and of the batch that brings it there. */
    private record Range(int from, int to, long sequence, long batch) {}

    Announced(final AssembledSet set, final int group, final LoggedStripes logged) {
        this.set = set;
        this.group = group;
        this.logged = logged;
        look = new StripeLook(set.controlWork());
    }

    /** What is added from now on goes to stable media in a further batch; answers its number. */
    long beginBatch() {
        return ++batch;
    }

    /** A batch is there, and all before it. */
    void written(final long number) {
        written = number;
    }

    /** The slot that tells what a range of a stripe held, or {@link #NONE}. */
    long sequence(final LogEntry entry) {
        final Range range = covering(entry);
        return range == null ? NONE : range.sequence;
    }

    /** Whether a slot tells that which is on stable media already. */
    boolean isStable(final LogEntry entry) {
        final Range range = covering(entry);
        return range != null && range.batch <= written;
    }

    private Range covering(final LogEntry entry) {
        final Range range = ranges.get(entry.stripe());
        return range != null && range.from <= entry.from() && range.to >= entry.from() + entry.length() ? range : null;
    }

    void add(final LogEntry entry, final long sequence) {
        ranges.put(entry.stripe(), new Range(entry.from(), entry.from() + entry.length(), sequence, batch));
    }

    /** A stripe is changed otherwise, or was. */
    void forget(final long stripe) {
        ranges.remove(stripe);
    }

    /** Slots before {@code sequence} must not be needed any more. */
    void drop(final long sequence) {
        ranges.values().removeIf(range -> range.sequence < sequence);
    }

    /**
     * Announces what is likely to come after a stripe, as far as the slot goes, when it is time for that; answers whether that is
     * anything.
     *
     * @param anew whether the stripe had not been announced itself
     */
    boolean goOn(final LogEntry entry, final boolean anew, final LogJournal journal) {
        final long stripe = entry.stripe();
        if (!ranges.containsKey(stripe - 1)) {
            window = WINDOW_MIN;
            return false;
        }
        final long lead = Math.min(set.layout().stripes() - 1, stripe + Math.min(LEAD_MAX, window / 2));
        final int entries = LogJournal.entries(set.layout().stripBytes() / LogLayout.BLOCK_BYTES);
        final int share = journal.capacity() / SHARES;
        final int room = (anew ? journal.room() : journal.room() - share) / entries;
        if (!anew && (lead < looked || ranges.containsKey(lead) || room < Math.min(window, share / entries))) {
            return false;
        }
        looked = Math.min(set.layout().stripes(), stripe + 1 + window);
        window = Math.min(WINDOW_MAX, GROWTH * window);
        int added = 0;
        for (long next = stripe + 1; next < looked && added < room; next++) {
            if (!ranges.containsKey(next) && !logged.holdsContent(next) && add(next, journal)) {
                added++;
            }
        }
        return added > 0;
    }

    private boolean add(final long stripe, final LogJournal journal) {
        final int stripBytes = set.layout().stripBytes();
        final StripeSums sums = look.at(set, stripe, group);
        if (sums != null) {
            journal.add(stripe, 0, stripBytes / LogLayout.BLOCK_BYTES, sums.hashesBefore());
            ranges.put(stripe, new Range(0, stripBytes, journal.sequence(), batch));
        }
        return sums != null;
    }
}
