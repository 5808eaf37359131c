package org.isobar.api.volume;

import java.util.Map;

/**
 * Where the pages of a volume lie.
 *
 * @param pool the pool that new pages come from
 * @param pinned whether moves of the volume are refused
 * @param bytesByPool bytes in pages that have a slot, by pool
 */
public record VolumePlacement(String pool, boolean pinned, Map<String, Long> bytesByPool) {
    public VolumePlacement {
        bytesByPool = Map.copyOf(bytesByPool);
    }
}
