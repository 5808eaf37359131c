package org.isobar.raid;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import org.isobar.raid.SlotCopies.Kind;

/**
 * Tells slots that were being written when a member stopped from damaged ones. Content, and redundancy of rounds, go to the
 * log a batch at a time, each to stable media on two columns before the next of its kind begins. So what is not whole on two
 * columns was whole once if a later batch of its kind is there. Partial parity does so on each column by itself. Slots of a batch
 * follow one another.
 */
final class SlotOrder {
    /**
     * A slot that was whole.
     *
     * @param torn mask of the columns whose copy is not
     * @param whole mask of the columns whose copy still is
     */
    record Wrong(long sequence, Kind kind, long torn, long whole) {}

    private final int contentMax;
    private final List<Wrong> open = new ArrayList<>();
    private final List<Wrong> damaged = new ArrayList<>();
    /** The last slot of each kind. */
    private final EnumMap<Kind, Long> last = new EnumMap<>(Kind.class);

    private int doubts;
    private long firstDoubt = -1;

    SlotOrder(final LogLayout layout) {
        contentMax = Math.max(ContentWrites.BATCH_SLOTS, layout.slotsMax());
    }

    /**
     * The next slot.
     *
     * @param lacking whether copies are missing or torn
     */
    void next(final SlotCopies copies, final boolean lacking) {
        final Kind kind = copies.kind();
        final long sequence = copies.sequence();
        if (copies.whole() != 0) {
            for (final Iterator<Wrong> each = open.iterator(); each.hasNext(); ) {
                final Wrong before = each.next();
                if (before.kind == kind && isOfLaterBatch(copies, before)) {
                    damaged.add(before);
                    each.remove();
                }
            }
            last.put(kind, sequence);
        }
        if (lacking && (kind == Kind.CONTENT || kind == Kind.REDUNDANCY || kind == Kind.PARTIAL)) {
            open.add(new Wrong(sequence, kind, copies.torn(), copies.whole()));
        } else if (lacking) {
            doubt(sequence);
        }
    }

    private boolean isOfLaterBatch(final SlotCopies copies, final Wrong before) {
        final boolean far = copies.sequence() - before.sequence >= contentMax;
        if (before.kind == Kind.PARTIAL) {
            return far && (copies.whole() & before.torn) != 0;
        }
        if (before.kind == Kind.CONTENT && far) {
            return true;
        }
        return last.entrySet().stream()
                .anyMatch(other -> other.getKey() != before.kind && other.getValue() > before.sequence);
    }

    /** A slot of which nobody can say. */
    void doubt(final long sequence) {
        doubts++;
        firstDoubt = firstDoubt < 0 ? sequence : Math.min(firstDoubt, sequence);
    }

    List<Wrong> damaged() {
        return damaged;
    }

    /** All slots have been seen: those that may be damaged. */
    int doubts() {
        open.forEach(one -> doubt(one.sequence));
        open.clear();
        return doubts;
    }

    /** The first of them. */
    long firstDoubt() {
        return firstDoubt;
    }
}
