package org.isobar.api.device;

import java.util.UUID;

/**
 * A picture of one device.
 *
 * @param uuid identity from the superblock; null for a foreign device without one
 * @param path where it is, or was last seen
 * @param state whether it serves
 * @param sizeBytes usable length
 * @param sectorBytes physical sector length
 * @param chunkletBytes chunklet length, 0 when it has no layout
 * @param chunkletCount number of chunklets, 0 when it has no layout
 * @param engine how its I/O is done, e.g. {@code io_uring} or {@code filechannel}
 * @param readErrors failed reads since start
 * @param writeErrors failed writes and flushes since start
 * @param note why it is in its state, may be empty
 * @param health what was seen of it lately
 */
public record DeviceInfo(
        UUID uuid,
        String path,
        DeviceState state,
        long sizeBytes,
        int sectorBytes,
        long chunkletBytes,
        int chunkletCount,
        String engine,
        long readErrors,
        long writeErrors,
        String note,
        HealthInfo health) {}
