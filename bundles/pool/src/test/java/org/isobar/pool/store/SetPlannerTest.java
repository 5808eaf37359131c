package org.isobar.pool.store;

import static org.junit.Assert.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.isobar.pool.store.SetPlanner.Room;
import org.isobar.spi.raid.RaidLevel;
import org.junit.Test;

public class SetPlannerTest {
    /** At least 2 devices, at most 3 columns. */
    private final RaidLevel level = new StripedEngine(null).level(StripedEngine.LEVEL);

    @Test
    public void takesTheDevicesWithMostFreeChunklets() {
        assertEquals(
                Optional.of(List.of(device(1), device(2), device(0))), SetPlanner.choose(level, rooms(10, 5, 9, 8), 0));
    }

    @Test
    public void takesNoDeviceWithoutAFreeChunklet() {
        assertEquals(Optional.of(List.of(device(0), device(2))), SetPlanner.choose(level, rooms(10, 1, 0, 1), 0));
    }

    @Test
    public void refusesTooFewDevices() {
        assertEquals(Optional.empty(), SetPlanner.choose(level, rooms(10, 4, 0, 0), 0));
    }

    @Test
    public void keepsOneDevicesChunkletsFreeFromFourDevicesOn() {
        assertEquals(Optional.empty(), SetPlanner.choose(level, rooms(10, 3, 3, 3, 3), 0));
        assertEquals(
                3,
                SetPlanner.choose(level, rooms(10, 4, 3, 3, 3), 0).orElseThrow().size());
    }

    @Test
    public void keepsWhatRebuildsWillNeed() {
        assertEquals(Optional.empty(), SetPlanner.choose(level, rooms(10, 2, 2, 2), 4));
        assertEquals(
                3, SetPlanner.choose(level, rooms(10, 2, 2, 2), 3).orElseThrow().size());
    }

    @Test
    public void countsWhatCanStillBeFormed() {
        // 40 free, 10 are kept: ten sets of three columns.
        assertEquals(30, SetPlanner.growableBytes(level, rooms(10, 10, 10, 10, 10), 0, columns -> columns));
    }

    @Test
    public void countsLargeDevicesCloselyAndWithoutDelay() {
        final int chunklets = 1_000_000;
        final int[] free = {chunklets, chunklets, chunklets, chunklets, chunklets, chunklets};
        // Five million chunklets may be used, three for each set.
        final long bytes = SetPlanner.growableBytes(level, rooms(chunklets, free), 0, columns -> columns);
        assertEquals(5_000_000.0, (double) bytes, 50_000.0);
    }

    private static List<Room> rooms(final int total, final int... free) {
        final List<Room> rooms = new ArrayList<>();
        for (int i = 0; i < free.length; i++) {
            rooms.add(new Room(device(i), free[i], total));
        }
        return rooms;
    }

    private static UUID device(final int number) {
        return new UUID(0, number);
    }
}
