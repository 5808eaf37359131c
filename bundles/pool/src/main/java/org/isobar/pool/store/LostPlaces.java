package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.List;
import org.isobar.api.pool.SetScrub;
import org.isobar.api.pool.SetScrub.LostPlace;

/** Finds the volumes that bytes of a set belong to. Looks through all pages, so it is for the rare case. */
final class LostPlaces {
    private static final int LBA_BYTES = 512;

    private LostPlaces() {}

    static List<LostPlace> of(final MemberState state, final LiveSet set, final List<Long> offsets) {
        final List<LostPlace> places = new ArrayList<>();
        for (final long offset : offsets) {
            places.add(place(state, set, offset));
        }
        return places;
    }

    private static LostPlace place(final MemberState state, final LiveSet set, final long offset) {
        final int slot = (int) (offset / set.slotBytes());
        final long within = offset % set.slotBytes();
        for (final SpaceState space : state.spaces()) {
            if (space.pageBytes() != set.state().pageBytes() || within >= space.pageBytes()) {
                continue;
            }
            final long end = space.pageCount();
            for (long page = space.nextMapped(0, end); page < end; page = space.nextMapped(page + 1, end)) {
                if (space.slotOf(page) == slot && space.setOf(page) == set.id()) {
                    return new LostPlace(space.volume(), (page * space.pageBytes() + within) / LBA_BYTES, offset);
                }
            }
        }
        return new LostPlace(SetScrub.NO_VOLUME, 0, offset);
    }
}
