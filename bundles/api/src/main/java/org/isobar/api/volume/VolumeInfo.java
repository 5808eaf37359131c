package org.isobar.api.volume;

import java.util.UUID;

/**
 * A picture of one volume.
 *
 * @param number unique for ever in the group, 1 or more
 * @param uuid identity towards initiators
 * @param name unique name
 * @param sizeBytes length
 * @param pageBytes page length
 * @param pool pool that holds its pages
 * @param level that pool's RAID level
 * @param policy the allocation policy that chose the pool, {@code service} when it was chosen by the
 *     service asked for, or {@code manual}
 * @param state whether it serves
 * @param allocatedBytes bytes in pages that have a slot
 * @param verifyReads whether reads are compared with the checksums kept of what was written
 * @param thresholds when the space it takes is worth a warning
 * @param fullness by the share of its size that it takes
 */
public record VolumeInfo(
        long number,
        UUID uuid,
        String name,
        long sizeBytes,
        int pageBytes,
        String pool,
        String level,
        String policy,
        VolumeState state,
        long allocatedBytes,
        boolean verifyReads,
        VolumeThresholds thresholds,
        VolumeFullness fullness) {}
