package org.isobar.api.pool;

import java.util.Map;
import java.util.UUID;

/**
 * How a device's chunklets are used.
 *
 * @param device which
 * @param freeChunklets not in any set
 * @param chunkletsByPool chunklets of each pool's sets
 */
public record DeviceUsage(UUID device, int freeChunklets, Map<String, Integer> chunkletsByPool) {
    public DeviceUsage {
        chunkletsByPool = Map.copyOf(chunkletsByPool);
    }
}
