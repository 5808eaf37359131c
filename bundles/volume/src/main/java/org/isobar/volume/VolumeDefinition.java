package org.isobar.volume;

import java.util.UUID;
import org.isobar.api.volume.VolumeThresholds;

/**
 * What is kept of a volume in the catalog.
 *
 * @param number unique for ever, key of the document and of the page space
 * @param uuid identity towards initiators
 * @param name unique name
 * @param sizeBytes length
 * @param pageBytes page length, a power of two
 * @param pool pool that its new pages come from
 * @param policy policy that chose the pool
 * @param verifyReads whether reads are compared with checksums
 * @param thresholds when the space it takes is worth a warning
 * @param pinned whether moves to other pools are refused
 * @param deleting whether its deletion has begun; it never serves again
 */
record VolumeDefinition(
        long number,
        UUID uuid,
        String name,
        long sizeBytes,
        int pageBytes,
        String pool,
        String policy,
        boolean verifyReads,
        VolumeThresholds thresholds,
        boolean pinned,
        boolean deleting) {
    VolumeDefinition withSizeBytes(final long grownBytes) {
        return new VolumeDefinition(
                number, uuid, name, grownBytes, pageBytes, pool, policy, verifyReads, thresholds, pinned, deleting);
    }

    VolumeDefinition withPool(final String other, final String chosenBy) {
        return new VolumeDefinition(
                number, uuid, name, sizeBytes, pageBytes, other, chosenBy, verifyReads, thresholds, pinned, deleting);
    }

    VolumeDefinition withVerifyReads(final boolean on) {
        return new VolumeDefinition(
                number, uuid, name, sizeBytes, pageBytes, pool, policy, on, thresholds, pinned, deleting);
    }

    VolumeDefinition withThresholds(final VolumeThresholds wanted) {
        return new VolumeDefinition(
                number, uuid, name, sizeBytes, pageBytes, pool, policy, verifyReads, wanted, pinned, deleting);
    }

    VolumeDefinition withPinned(final boolean stays) {
        return new VolumeDefinition(
                number, uuid, name, sizeBytes, pageBytes, pool, policy, verifyReads, thresholds, stays, deleting);
    }

    VolumeDefinition withDeleting() {
        return new VolumeDefinition(
                number, uuid, name, sizeBytes, pageBytes, pool, policy, verifyReads, thresholds, pinned, true);
    }
}
