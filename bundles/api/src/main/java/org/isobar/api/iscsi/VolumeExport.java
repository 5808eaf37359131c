package org.isobar.api.iscsi;

import java.util.List;
import java.util.UUID;
import org.isobar.api.volume.VolumeFullness;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.api.volume.VolumeState;
import org.isobar.api.volume.VolumeThresholds;

/**
 * A volume and how initiators reach it, as REST and the shell show it.
 *
 * @param name unique name
 * @param uuid identity towards initiators
 * @param number unique for ever in the group
 * @param pool pool that holds its pages
 * @param level that pool's RAID level
 * @param policy the allocation policy that chose the pool, or {@code manual}
 * @param sizeBytes length
 * @param pageBytes page length
 * @param allocatedBytes bytes in pages that have a slot
 * @param state whether it serves
 * @param verifyReads whether reads are compared with the checksums kept of what was written
 * @param thresholds when the space it takes is worth a warning
 * @param fullness by the share of its size that it takes
 * @param iqn its target's iSCSI name, null when it has none
 * @param url first URL of that target, null when no portal listens
 */
public record VolumeExport(
        String name,
        UUID uuid,
        long number,
        String pool,
        String level,
        String policy,
        long sizeBytes,
        int pageBytes,
        long allocatedBytes,
        VolumeState state,
        boolean verifyReads,
        VolumeThresholds thresholds,
        VolumeFullness fullness,
        String iqn,
        String url) {
    /** The picture of a volume, with the one of these targets that exports it. */
    public static VolumeExport of(final VolumeInfo volume, final List<TargetInfo> targets) {
        final TargetInfo target = targets.stream()
                .filter(candidate -> candidate.volume().equals(volume.name()))
                .findFirst()
                .orElse(null);
        return new VolumeExport(
                volume.name(),
                volume.uuid(),
                volume.number(),
                volume.pool(),
                volume.level(),
                volume.policy(),
                volume.sizeBytes(),
                volume.pageBytes(),
                volume.allocatedBytes(),
                volume.state(),
                volume.verifyReads(),
                volume.thresholds(),
                volume.fullness(),
                target == null ? null : target.name(),
                target == null || target.urls().isEmpty() ? null : target.urls().get(0));
    }
}
