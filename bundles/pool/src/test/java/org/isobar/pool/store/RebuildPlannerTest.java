package org.isobar.pool.store;

import static org.junit.Assert.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidColumn;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.pool.store.SetPlanner.Room;
import org.junit.Test;

public class RebuildPlannerTest {
    /** Columns 0 and 1 are one group, 2 and 3 another. */
    private static final RebuildPlanner.Separation PAIRS = (a, b) -> a / 2 == b / 2;

    private final RaidSetSpec spec = spec(0, 1, 2, 3);

    @Test
    public void prefersADeviceWithoutAColumnOfTheSet() {
        assertEquals(Optional.of(device(4)), place(rooms(9, 9, 9, 9, 1)));
    }

    @Test
    public void takesTheDeviceOfAnotherGroupWhenThereIsNoOther() {
        assertEquals(Optional.of(device(3)), place(rooms(9, 9, 5, 6, 0)));
    }

    @Test
    public void neverTakesADeviceOfTheSameGroup() {
        assertEquals(Optional.empty(), place(rooms(9, 9, 0, 0, 0)));
    }

    @Test
    public void spreadsOverDevicesThatNothingElseIsRebuiltOnto() {
        final List<Room> rooms = rooms(0, 0, 0, 0, 9, 5, 6);
        assertEquals(Optional.of(device(4)), place(rooms));
        assertEquals(
                Optional.of(device(6)),
                RebuildPlanner.place(spec, 0, rooms, PAIRS, uuid -> uuid.equals(device(4)) ? 1 : 0));
    }

    private Optional<UUID> place(final List<Room> rooms) {
        return RebuildPlanner.place(spec, 0, rooms, PAIRS, any -> 0);
    }

    private static RaidSetSpec spec(final int... devices) {
        final List<RaidColumn> columns = new ArrayList<>();
        for (final int number : devices) {
            columns.add(new RaidColumn(device(number), 0, ColumnState.IN_SYNC));
        }
        return new RaidSetSpec(1, "x", 4096, 1 << 20, columns);
    }

    private static List<Room> rooms(final int... free) {
        final List<Room> rooms = new ArrayList<>();
        for (int i = 0; i < free.length; i++) {
            rooms.add(new Room(device(i), free[i], 10));
        }
        return rooms;
    }

    private static UUID device(final int number) {
        return new UUID(0, number);
    }
}
