package org.isobar.pool.store;

import static org.junit.Assert.assertEquals;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
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
                Set.of(device(1), device(2), device(4)),
                Set.copyOf(choose(rooms(99, 5, 99, 98, 9, 97), 0).orElseThrow()));
    }

    @Test
    public void takesNoDeviceWithoutAFreeChunklet() {
        assertEquals(
                Set.of(device(0), device(2)),
                Set.copyOf(choose(rooms(10, 1, 0, 1), 0).orElseThrow()));
    }

    @Test
    public void refusesTooFewDevices() {
        assertEquals(Optional.empty(), choose(rooms(10, 4, 0, 0), 0));
    }

    @Test
    public void keepsOneDevicesChunkletsFreeFromFourDevicesOn() {
        assertEquals(Optional.empty(), choose(rooms(10, 3, 3, 3, 3), 0));
        assertEquals(3, choose(rooms(10, 4, 3, 3, 3), 0).orElseThrow().size());
    }

    @Test
    public void keepsWhatRebuildsWillNeed() {
        assertEquals(Optional.empty(), choose(rooms(10, 2, 2, 2), 4));
        assertEquals(3, choose(rooms(10, 2, 2, 2), 3).orElseThrow().size());
    }

    /** Whatever the place of a column in its set, each of the other devices is beside it now and then. */
    @Test
    public void putsEachDeviceBesideEachOther() {
        final Set<List<UUID>> neighbours = new HashSet<>();
        for (int turn = 0; turn < 200; turn++) {
            final List<UUID> chosen = SetPlanner.choose(level, rooms(10, 9, 9, 9, 9, 9, 9), 0, turn)
                    .orElseThrow();
            assertEquals(
                    chosen,
                    SetPlanner.choose(level, rooms(10, 9, 9, 9, 9, 9, 9), 0, turn)
                            .orElseThrow());
            assertEquals(3, Set.copyOf(chosen).size());
            neighbours.add(chosen.subList(0, 2));
        }
        assertEquals(30, neighbours.size());
    }

    @Test
    public void countsWhatCanStillBeFormed() {
        // 40 free, 10 are kept: ten sets of three columns.
        assertEquals(30, SetPlanner.growableBytes(level, rooms(10, 10, 10, 10, 10), 0, columns -> columns));
    }

    @Test
    public void countsSmallDevicesAsTheyAreChosenOneAfterTheOther() {
        final Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            final int[] free = random.ints(2 + random.nextInt(7), 0, 16).toArray();
            final int owed = random.nextInt(6);
            long bytes = 0;
            List<Room> left = rooms(15, free);
            Optional<List<UUID>> chosen = SetPlanner.choose(level, left, owed, 0);
            while (chosen.isPresent()) {
                final List<UUID> taken = chosen.get();
                bytes += taken.size();
                left = left.stream()
                        .map(room -> new Room(
                                room.device(), room.free() - (taken.contains(room.device()) ? 1 : 0), room.total()))
                        .toList();
                chosen = SetPlanner.choose(level, left, owed, 0);
            }
            assertEquals(bytes, SetPlanner.growableBytes(level, rooms(15, free), owed, columns -> columns));
        }
    }

    @Test
    public void countsLargeDevicesCloselyAndWithoutDelay() {
        final int chunklets = 1_000_000;
        final int[] free = {chunklets, chunklets, chunklets, chunklets, chunklets, chunklets};
        // Five million chunklets may be used, three for each set.
        final long bytes = SetPlanner.growableBytes(level, rooms(chunklets, free), 0, columns -> columns);
        assertEquals(5_000_000.0, (double) bytes, 50_000.0);
    }

    private Optional<List<UUID>> choose(final List<Room> rooms, final int owed) {
        return SetPlanner.choose(level, rooms, owed, 1);
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
