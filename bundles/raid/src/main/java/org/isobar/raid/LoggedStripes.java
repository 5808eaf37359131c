package org.isobar.raid;

import java.util.HashMap;
import java.util.Map;

/**
 * Which stripes a group's log holds something of, and how. Over content that is in the log, nothing goes past it: a replay
 * would put the older content over it. And content that is to be written in place relies on data in place, so that it waits
 * while the log holds checksums of the stripe: only a checkpoint has certainly brought that data to stable media. Data that
 * is kept in the log relies on nothing. Partial parity stands between the two: nothing goes past it, and it goes over nothing,
 * but further partial parity. Bounded by what slots can hold. Control lane only.
 */
final class LoggedStripes {
    /** Of each stripe, the sequence number of its last content or data. */
    private final Map<Long, Long> contents = new HashMap<>();
    /** Of each stripe, that of its last checksums. */
    private final Map<Long, Long> sums = new HashMap<>();
    /** Of each stripe, that of its last partial parity. */
    private final Map<Long, Long> partials = new HashMap<>();

    /**
     * Whether an entry may be logged as it is, or must wait for a checkpoint.
     *
     * @param tail the log holds nothing from before
     */
    boolean admits(final LogEntry entry, final long tail) {
        return entry.isDataOnly() || (isBefore(sums, entry, tail) && isBefore(partials, entry, tail));
    }

    private static boolean isBefore(final Map<Long, Long> last, final LogEntry entry, final long tail) {
        return last.getOrDefault(entry.stripe(), -1L) < tail;
    }

    /**
     * Whether partial parity of an entry can be logged: the log has nothing else of its stripe, which is not the next one of a stream
     * either, unless it has partial parity already.
     */
    boolean admitsPartial(final LogEntry entry) {
        final long stripe = entry.stripe();
        return !contents.containsKey(stripe)
                && !sums.containsKey(stripe)
                && (partials.containsKey(stripe) || !entry.isFirst() || !holdsContent(stripe - 1));
    }

    /** An entry's partial parity is in the log, up to a slot. */
    void loggedPartial(final LogEntry entry, final long last) {
        partials.merge(entry.stripe(), last, Math::max);
    }

    /** An entry is in the log, up to a slot: the one it begins in may be free long before that. */
    void logged(final LogEntry entry, final long last) {
        contents.merge(entry.stripe(), last, Math::max);
    }

    /** A stripe is being written past the log. */
    void passedBy(final long stripe, final long sequence) {
        sums.merge(stripe, sequence, Math::max);
    }

    /** Whether the log holds content, data or partial parity of a stripe. */
    boolean holdsContent(final long stripe) {
        return contents.containsKey(stripe) || partials.containsKey(stripe);
    }

    /** Whether the log holds content, data or partial parity of any stripe. */
    boolean holdContent() {
        return !contents.isEmpty() || !partials.isEmpty();
    }

    /** A stripe has a block that is kept in a slot. */
    void kept(final long stripe, final long sequence) {
        contents.merge(stripe, sequence, Math::max);
    }

    /** The log holds nothing from before {@code tail} any more. */
    void passed(final long tail) {
        contents.values().removeIf(sequence -> sequence < tail);
        sums.values().removeIf(sequence -> sequence < tail);
        partials.values().removeIf(sequence -> sequence < tail);
    }
}
