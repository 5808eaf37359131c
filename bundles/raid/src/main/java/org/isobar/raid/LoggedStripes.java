package org.isobar.raid;

import java.util.HashMap;
import java.util.Map;

/**
 * Which stripes a group's log holds something of, and how. Of one stripe the log holds content or checksums, never both:
 * content that was logged before would be wrong over a stripe that then went past the log, and content that is logged
 * after it relies on data that only a checkpoint has certainly brought to stable media. Bounded by what slots can hold.
 * Control lane only.
 */
final class LoggedStripes {
    /** Of each stripe, the sequence number of its last content, or that of its last checksums less than zero. */
    private final Map<Long, Long> last = new HashMap<>();

    /**
     * Says how an entry is to be logged, or answers false while it must wait for a checkpoint.
     *
     * @param tail the log holds nothing from before
     */
    boolean admits(final LogEntry entry, final long tail) {
        final Long known = last.get(entry.stripe());
        final boolean content = known != null && known >= tail;
        final boolean sums = known != null && known < 0 && ~known >= tail;
        entry.sumsOnly(entry.hasSums() && !content);
        return entry.isSumsOnly() || !sums;
    }

    /** An entry is in the log. */
    void logged(final LogEntry entry) {
        last.put(entry.stripe(), entry.isSumsOnly() ? ~entry.sequence() : entry.sequence());
    }

    /** The log holds nothing from before {@code tail} any more. */
    void passed(final long tail) {
        last.values().removeIf(sequence -> Math.max(sequence, ~sequence) < tail);
    }
}
