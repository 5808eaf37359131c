package org.isobar.raid;

import java.util.HashMap;
import java.util.Map;

/**
 * Which stripes a group's log holds something of, and how. Over content that is in the log, nothing goes past it: a replay
 * would put the older content over it. And content that is to be written in place relies on data in place, so that it waits
 * while the log holds checksums of the stripe: only a checkpoint has certainly brought that data to stable media. Data that
 * is kept in the log relies on nothing. Bounded by what slots can hold. Control lane only.
 */
final class LoggedStripes {
    /** Of each stripe, the sequence number of its last content or data. */
    private final Map<Long, Long> contents = new HashMap<>();
    /** Of each stripe, that of its last checksums. */
    private final Map<Long, Long> sums = new HashMap<>();

    /**
     * Says how an entry is to be logged, or answers false while it must wait for a checkpoint.
     *
     * @param tail the log holds nothing from before
     * @param batch sequence number that the batch begins with
     */
    boolean admits(final LogEntry entry, final long tail, final long batch) {
        if (entry.isDataOnly()) {
            // Not next to the checksums: what brings it to its place waits for a checkpoint past them.
            return sums.getOrDefault(entry.stripe(), -1L) < batch;
        }
        final boolean content = contents.getOrDefault(entry.stripe(), -1L) >= tail;
        entry.sumsOnly(entry.hasSums() && !content);
        return entry.isSumsOnly() || sums.getOrDefault(entry.stripe(), -1L) < tail;
    }

    /** An entry is in the log. */
    void logged(final LogEntry entry) {
        (entry.isSumsOnly() ? sums : contents).merge(entry.stripe(), entry.sequence(), Math::max);
    }

    /** A stripe has a block that is kept in a slot. */
    void kept(final long stripe, final long sequence) {
        contents.merge(stripe, sequence, Math::max);
    }

    /** The log holds nothing from before {@code tail} any more. */
    void passed(final long tail) {
        contents.values().removeIf(sequence -> sequence < tail);
        sums.values().removeIf(sequence -> sequence < tail);
    }
}
