package org.isobar.pool.store;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which chunklets of each device sets have, by class. Any thread may ask how many; all else on the control lane.
 */
final class ChunkletTable {
    private static final int CHUNKLETS_MAX = 1 << 24;

    private final Map<UUID, Use> uses = new ConcurrentHashMap<>();
    private volatile ChunkletMap map = ChunkletMap.EMPTY;

    /** Which chunklets are of which class. */
    ChunkletMap map() {
        return map;
    }

    /** They are of other classes now. */
    void map(final ChunkletMap now) {
        map = now;
        uses.forEach((device, use) -> use.count(device, now));
    }

    /** Chunklets of a device that sets have. Any thread. */
    int used(final UUID device) {
        final Use use = uses.get(device);
        return use == null ? 0 : use.count;
    }

    /** Of these, those of a class. Any thread. */
    int used(final UUID device, final String performanceClass) {
        final Use use = uses.get(device);
        final int index = map.index(performanceClass);
        final int[] counts = use == null ? new int[0] : use.byClass;
        return index < 0 || index >= counts.length ? 0 : counts[index];
    }

    /** First chunklet from {@code from} that no set has. */
    int nextFree(final UUID device, final int from) {
        final Use use = uses.get(device);
        return use == null ? from : use.used.nextClearBit(from);
    }

    void use(final UUID device, final int chunklet) {
        MemberState.require(chunklet < CHUNKLETS_MAX, "device=" + device + " chunklet=" + chunklet);
        final Use use = uses.computeIfAbsent(device, key -> new Use());
        MemberState.require(!use.used.get(chunklet), "device=" + device + " chunklet=" + chunklet + " used twice");
        use.used.set(chunklet);
        use.changed(map.classOf(device, chunklet), 1);
    }

    void release(final UUID device, final int chunklet) {
        final Use use = uses.get(device);
        MemberState.require(
                use != null && use.used.get(chunklet), "device=" + device + " chunklet=" + chunklet + " is not used");
        use.used.clear(chunklet);
        use.changed(map.classOf(device, chunklet), -1);
    }

    void reset() {
        uses.clear();
        map = ChunkletMap.EMPTY;
    }

    /** Of one device. */
    private static final class Use {
        private final BitSet used = new BitSet();
        private volatile int count;
        /** By number of the class; a new array for each change, since others read. */
        private volatile int[] byClass = new int[0];

        void count(final UUID device, final ChunkletMap map) {
            final int[] counts = new int[map.classes().size()];
            for (int chunklet = used.nextSetBit(0); chunklet >= 0; chunklet = used.nextSetBit(chunklet + 1)) {
                final int index = map.classOf(device, chunklet);
                if (index >= 0) {
                    counts[index]++;
                }
            }
            byClass = counts;
        }

        void changed(final int index, final int change) {
            count = used.cardinality();
            if (index >= 0) {
                final int[] counts = Arrays.copyOf(byClass, Math.max(byClass.length, index + 1));
                counts[index] += change;
                byClass = counts;
            }
        }
    }
}
