package org.isobar.raid;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/** The blocks that the log of a stopped set's group keeps, found slot by slot in their order. */
final class InspectedBlocks {
    private record Place(long stripe, int element, int from) {}

    private final Set<Place> found = new HashSet<>();
    private final Set<Place> toPlace = new HashSet<>();

    void kept(final long stripe, final int element, final int from) {
        final Place place = new Place(stripe, element, from);
        found.add(place);
        toPlace.add(place);
    }

    /** Whether all data that a piece of redundancy goes with was found. */
    boolean has(final LogSlot slot, final int piece) {
        return places(slot, piece, found::contains);
    }

    /** A piece is what brings these blocks to their place, or something newer. */
    void placed(final LogSlot slot, final int piece) {
        places(slot, piece, place -> {
            toPlace.remove(place);
            return true;
        });
    }

    private static boolean places(final LogSlot slot, final int piece, final Predicate<Place> each) {
        boolean all = true;
        for (long left = slot.covered(piece); left != 0; left &= left - 1) {
            final int element = Long.numberOfTrailingZeros(left);
            for (int from = slot.from(piece); from < slot.to(piece); from += LogLayout.BLOCK_BYTES) {
                all &= each.test(new Place(slot.stripe(piece), element, from));
            }
        }
        return all;
    }

    /** Blocks that are kept and in no later slot. */
    int toPlace() {
        return toPlace.size();
    }
}
