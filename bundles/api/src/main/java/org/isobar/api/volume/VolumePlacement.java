package org.isobar.api.volume;

import java.util.Map;
import org.isobar.api.pool.PageAllocation;

/**
 * Where the pages of a volume lie.
 *
 * @param pool the pool that new pages come from, unless they find it by extent or page
 * @param pinned whether moves of the volume are refused
 * @param allocation how new pages find their pools
 * @param bytesByPool bytes in pages that have a slot, by pool
 */
public record VolumePlacement(String pool, boolean pinned, PageAllocation allocation, Map<String, Long> bytesByPool) {
    public VolumePlacement {
        bytesByPool = Map.copyOf(bytesByPool);
    }
}
