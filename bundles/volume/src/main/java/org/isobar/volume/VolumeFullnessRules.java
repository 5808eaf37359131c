package org.isobar.volume;

import org.isobar.api.volume.VolumeFullness;
import org.isobar.api.volume.VolumeThresholds;

/** Says how full a volume is; rises at once, falls only when it is well below the threshold. Pure. */
final class VolumeFullnessRules {
    /** How far below a threshold the share must fall, in points of percent. */
    private static final int BELOW_PERCENT = 2;

    private static final long PERCENT = 100;

    private VolumeFullnessRules() {}

    /** The fullness that follows {@code now}. */
    static VolumeFullness next(
            final VolumeFullness now, final VolumeThresholds thresholds, final long usedBytes, final long sizeBytes) {
        if (!thresholds.set()) {
            return VolumeFullness.NORMAL;
        }
        final VolumeFullness rising = of(thresholds, usedBytes, sizeBytes, 0);
        final VolumeFullness falling = of(thresholds, usedBytes, sizeBytes, BELOW_PERCENT);
        final VolumeFullness kept = now.compareTo(falling) < 0 ? now : falling;
        return kept.compareTo(rising) > 0 ? kept : rising;
    }

    private static VolumeFullness of(
            final VolumeThresholds thresholds, final long used, final long size, final int below) {
        if (used >= share(size, thresholds.criticalPercent() - below)) {
            return VolumeFullness.CRITICAL;
        }
        return used >= share(size, thresholds.warningPercent() - below)
                ? VolumeFullness.WARNING
                : VolumeFullness.NORMAL;
    }

    /** Rounded up: at least one byte. */
    private static long share(final long size, final int percent) {
        final int wanted = Math.max(1, percent);
        return size / PERCENT * wanted + (size % PERCENT * wanted + PERCENT - 1) / PERCENT;
    }
}
