package org.isobar.api.profile;

import java.util.List;
import java.util.UUID;

/**
 * Regions of like performance on any devices.
 *
 * @param name {@code class-1} is the fastest
 * @param performance medians over its chunklets
 * @param chunkletCount chunklets of all its parts
 * @param parts the regions, by device and place
 */
public record PerformanceClass(String name, Performance performance, long chunkletCount, List<Part> parts) {
    /** Takes a copy of the list. */
    public PerformanceClass {
        parts = List.copyOf(parts);
    }

    /**
     * A region of one device.
     *
     * @param device which
     * @param region where and how fast
     */
    public record Part(UUID device, ProfileRegion region) {}
}
