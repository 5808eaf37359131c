package org.isobar.spi.allocation;

import java.util.List;
import org.isobar.api.pool.ClassOfService;

/**
 * What an allocator of extents or pages decides by: immutable, and all there is to know.
 *
 * @param volumeBytes length of the volume
 * @param unitBytes what is placed at a time: an extent, or a page
 * @param pools where it may be placed, in the operator's order; never empty
 */
public record AllocationPicture(long volumeBytes, long unitBytes, List<PoolPicture> pools) {
    public AllocationPicture {
        pools = List.copyOf(pools);
    }

    /**
     * One pool.
     *
     * @param name its name
     * @param level its RAID level
     * @param sizeBytes data bytes that it holds and could hold, free chunklets included
     * @param freeBytes of these, not used and not promised to this volume by decisions that wait for their first write
     * @param volumeBytes bytes of this volume in it, such decisions included
     * @param healthy whether all its sets are HEALTHY
     * @param service what it promises; its figures are 0 while its devices were not measured
     */
    public record PoolPicture(
            String name,
            String level,
            long sizeBytes,
            long freeBytes,
            long volumeBytes,
            boolean healthy,
            ClassOfService service) {}
}
