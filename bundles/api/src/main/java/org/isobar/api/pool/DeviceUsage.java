package org.isobar.api.pool;

import java.util.Map;
import java.util.UUID;

/**
 * How a device's chunklets are used.
 *
 * @param device which
 * @param freeChunklets not in any set
 * @param freeByClass of these, those of each performance class
 * @param chunkletsByPool chunklets of each pool's sets
 * @param chunkletsByLevel chunklets of each RAID level's sets
 */
public record DeviceUsage(
        UUID device,
        int freeChunklets,
        Map<String, Integer> freeByClass,
        Map<String, Integer> chunkletsByPool,
        Map<String, Integer> chunkletsByLevel) {
    /** Takes copies of the maps. */
    public DeviceUsage {
        freeByClass = Map.copyOf(freeByClass);
        chunkletsByPool = Map.copyOf(chunkletsByPool);
        chunkletsByLevel = Map.copyOf(chunkletsByLevel);
    }
}
