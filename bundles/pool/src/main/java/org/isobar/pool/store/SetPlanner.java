package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.isobar.spi.raid.RaidLevel;

/** Chooses the devices of new RAID sets. Pure. */
final class SetPlanner {
    /** From so many devices on, about one device's chunklets stay free to rebuild a lost one. */
    static final int SPARE_DEVICES_MIN = 4;

    /** This part of the least free chunklets is counted in one step. */
    private static final int PART_AT_ONCE = 16;

    private static final long MIX_STEP = 0x9E3779B97F4A7C15L;
    private static final long MIX_FACTOR = 0xBF58476D1CE4E5B9L;
    private static final int MIX_SHIFT = 31;

    private static final Comparator<Room> MOST_FREE_FIRST =
            Comparator.comparingInt(Room::free).reversed();

    private SetPlanner() {}

    /**
     * What a device has to offer.
     *
     * @param device which
     * @param free chunklets not in use
     * @param total all its chunklets
     */
    record Room(UUID device, int free, int total) {}

    /**
     * One device for each column of the next set, or empty when there is no room for one. Which of equally free devices these
     * are, and which share a group, is another matter for each set, so that whatever one device loses is found on all others.
     *
     * @param rooms devices that can be used
     * @param owed chunklets that rebuilds of lost devices are going to need
     * @param turn another number for each set
     */
    static Optional<List<UUID>> choose(final RaidLevel level, final List<Room> rooms, final int owed, final long turn) {
        final List<Room> offers = new ArrayList<>(rooms);
        offers.removeIf(room -> room.free() <= 0);
        if (offers.size() < level.minDevices()) {
            return Optional.empty();
        }
        final int columns = level.columns(offers.size());
        final int free = offers.stream().mapToInt(Room::free).sum();
        if (columns > offers.size() || free - columns < Math.max(owed, spare(rooms))) {
            return Optional.empty();
        }
        final Comparator<Room> inTurn = inTurn(turn);
        offers.sort(MOST_FREE_FIRST.thenComparing(inTurn));
        return Optional.of(offers.subList(0, columns).stream()
                .sorted(inTurn)
                .map(Room::device)
                .toList());
    }

    private static Comparator<Room> inTurn(final long turn) {
        return Comparator.<Room>comparingLong(room -> mix(turn, room.device())).thenComparing(Room::device);
    }

    /** A number that looks random; the same for the same arguments. */
    private static long mix(final long turn, final UUID device) {
        return mix(mix(turn ^ device.getMostSignificantBits()) ^ device.getLeastSignificantBits());
    }

    private static long mix(final long value) {
        long mixed = value + MIX_STEP;
        mixed = (mixed ^ mixed >>> MIX_SHIFT) * MIX_FACTOR;
        mixed = (mixed ^ mixed >>> MIX_SHIFT) * MIX_FACTOR;
        return mixed ^ mixed >>> MIX_SHIFT;
    }

    /**
     * Data bytes of all sets that could still be formed one after the other. Where many could be, several are counted in
     * one step, so that large devices take no longer; the result is then close, not exact.
     */
    static long growableBytes(
            final RaidLevel level, final List<Room> rooms, final int owed, final IntToLongFunction dataBytes) {
        final int kept = Math.max(owed, spare(rooms));
        // Of equally free devices the first here is the one that would be chosen.
        final int[] free = rooms.stream().sorted(inTurn(0)).mapToInt(Room::free).toArray();
        final int[] mostFreeFirst = IntStream.range(0, free.length).toArray();
        long bytes = 0;
        while (true) {
            sort(mostFreeFirst, free);
            int offers = 0;
            int freeInAll = 0;
            while (offers < free.length && free[mostFreeFirst[offers]] > 0) {
                freeInAll += free[mostFreeFirst[offers]];
                offers++;
            }
            final int columns = offers < level.minDevices() ? 0 : level.columns(offers);
            if (columns == 0 || columns > offers || freeInAll - columns < kept) {
                return bytes;
            }
            final int least = free[mostFreeFirst[columns - 1]];
            final int count = Math.max(1, Math.min(least / PART_AT_ONCE, (freeInAll - kept) / columns));
            bytes += count * dataBytes.applyAsLong(columns);
            for (int i = 0; i < columns; i++) {
                free[mostFreeFirst[i]] -= count;
            }
        }
    }

    /** By insertion, as little changes from one time to the next. */
    private static void sort(final int[] mostFreeFirst, final int[] free) {
        for (int i = 1; i < mostFreeFirst.length; i++) {
            final int one = mostFreeFirst[i];
            int at = i;
            while (at > 0 && before(one, mostFreeFirst[at - 1], free)) {
                mostFreeFirst[at] = mostFreeFirst[at - 1];
                at--;
            }
            mostFreeFirst[at] = one;
        }
    }

    private static boolean before(final int one, final int other, final int[] free) {
        return free[one] > free[other] || free[one] == free[other] && one < other;
    }

    private static int spare(final List<Room> rooms) {
        return rooms.size() < SPARE_DEVICES_MIN
                ? 0
                : rooms.stream().mapToInt(Room::total).max().orElse(0);
    }
}
