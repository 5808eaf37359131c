package org.isobar.raid;

import java.util.HashMap;
import java.util.Map;

/**
 * Rows of stripes of which a replay knows that they were brought to their place for good, and by which slot: the data that
 * went with its redundancy is not in the log any more. What earlier slots hold of them is older than what lies in place, and
 * must not be put there. Control lane only.
 */
final class PlacedRows {
    private final Map<Long, Map<Integer, Long>> rows = new HashMap<>();

    /**
     * Looks at a slot, which is whole.
     *
     * @param tail the log holds nothing from before
     */
    void look(final LogSlot slot, final long tail) {
        for (int piece = 0; piece < slot.pieces(); piece++) {
            if (slot.redundancyOnly(piece) && slot.oldestData(piece) < tail) {
                final Map<Integer, Long> known = rows.computeIfAbsent(slot.stripe(piece), stripe -> new HashMap<>());
                for (int from = slot.from(piece); from < slot.to(piece); from += LogLayout.BLOCK_BYTES) {
                    known.merge(from, slot.sequence(), Math::max);
                }
            }
        }
    }

    /** Whether what a slot holds of a row is in its place, or what is newer. */
    boolean has(final long stripe, final int from, final long sequence) {
        final Map<Integer, Long> known = rows.get(stripe);
        return known != null && known.getOrDefault(from, -1L) >= sequence;
    }
}
