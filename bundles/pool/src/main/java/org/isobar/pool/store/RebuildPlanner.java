package org.isobar.pool.store;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.ToIntFunction;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.pool.store.SetPlanner.Room;

/** Chooses the device that a column is rebuilt onto. Pure. */
final class RebuildPlanner {
    private RebuildPlanner() {}

    /** Whether two columns of a set must lie on different devices. */
    interface Separation {
        /** Whether they share a redundancy group. */
        boolean mustDiffer(int columnA, int columnB);
    }

    /**
     * The device for a column: none that holds another column of one of its groups, not the one it lies on, rather one
     * without any column of the set, of these one that is written to by least other work, of these the one with most free
     * chunklets. Empty when there is none.
     *
     * @param writersTo how much other work writes to a device
     */
    static Optional<UUID> place(
            final RaidSetSpec spec,
            final int column,
            final List<Room> rooms,
            final Separation separation,
            final ToIntFunction<UUID> writersTo) {
        final Set<UUID> forbidden = new HashSet<>();
        final Set<UUID> inUse = new HashSet<>();
        forbidden.add(spec.columns().get(column).device());
        for (int other = 0; other < spec.columns().size(); other++) {
            final UUID device = spec.columns().get(other).device();
            inUse.add(device);
            if (other != column && separation.mustDiffer(column, other)) {
                forbidden.add(device);
            }
        }
        return rooms.stream()
                .filter(room -> room.free() > 0 && !forbidden.contains(room.device()))
                .min(Comparator.<Room, Boolean>comparing(room -> inUse.contains(room.device()))
                        .thenComparing(room -> writersTo.applyAsInt(room.device()))
                        .thenComparing(Comparator.comparingInt(Room::free).reversed())
                        .thenComparing(Room::device))
                .map(Room::device);
    }
}
