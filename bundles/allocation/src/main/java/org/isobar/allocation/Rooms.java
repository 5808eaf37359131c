package org.isobar.allocation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.isobar.spi.allocation.AllocationPicture;
import org.isobar.spi.allocation.AllocationPicture.PoolPicture;

/** The pools of a picture while decisions are made one after the other, each of which takes a unit of one of them. */
final class Rooms {
    private final long unitBytes;
    private final List<Room> rooms = new ArrayList<>();

    Rooms(final AllocationPicture picture) {
        unitBytes = picture.unitBytes();
        picture.pools().forEach(pool -> rooms.add(new Room(pool)));
    }

    /** Decides for a unit after the other, for the best pool of those with room by what was decided before. */
    static List<String> decide(final AllocationPicture picture, final int count, final Comparator<Room> bestFirst) {
        final Rooms rooms = new Rooms(picture);
        final List<String> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            names.add(rooms.take(bestFirst));
        }
        return names;
    }

    /** Healthy pools with room before others with room before all others. */
    private String take(final Comparator<Room> bestFirst) {
        Room best = rooms.get(0);
        for (final Room room : rooms) {
            final int rank = Integer.compare(rank(best), rank(room));
            if (rank > 0 || (rank == 0 && bestFirst.compare(room, best) < 0)) {
                best = room;
            }
        }
        best.takenBytes += unitBytes;
        return best.pool.name();
    }

    private int rank(final Room room) {
        if (room.freeBytes() < unitBytes) {
            return 2;
        }
        return room.pool.healthy() ? 0 : 1;
    }

    /** A pool and what was decided of it. */
    static final class Room {
        private final PoolPicture pool;
        private long takenBytes;

        Room(final PoolPicture pool) {
            this.pool = pool;
        }

        PoolPicture pool() {
            return pool;
        }

        /** What would be left. */
        long freeBytes() {
            return pool.freeBytes() - takenBytes;
        }

        /** What the volume would have in it. */
        long volumeBytes() {
            return pool.volumeBytes() + takenBytes;
        }
    }
}
