package org.isobar.pool.store;

import org.isobar.api.pool.PoolFullness;
import org.isobar.api.pool.PoolThresholds;

/** Says how full a pool is; rises at once, falls only when it is well below the threshold. Pure. */
final class FullnessRules {
    /** How far below a threshold the share must fall, in points of percent. */
    static final int BELOW_PERCENT = 2;
    /** Share that must be free before a pool is FULL no longer. */
    static final int FREE_PERCENT = 1;

    private static final long PERCENT = 100;

    private FullnessRules() {}

    /**
     * The fullness that follows {@code now}.
     *
     * @param usedBytes in pages
     * @param freeBytes what pages could still be written to, sets not yet formed included
     */
    static PoolFullness next(
            final PoolFullness now, final PoolThresholds thresholds, final long usedBytes, final long freeBytes) {
        final long total = usedBytes + freeBytes;
        final PoolFullness rising = of(thresholds, usedBytes, freeBytes, total, 0, 0);
        final PoolFullness falling =
                of(thresholds, usedBytes, freeBytes, total, BELOW_PERCENT, share(total, FREE_PERCENT) - 1);
        final PoolFullness kept = now.compareTo(falling) < 0 ? now : falling;
        return kept.compareTo(rising) > 0 ? kept : rising;
    }

    private static PoolFullness of(
            final PoolThresholds thresholds,
            final long used,
            final long free,
            final long total,
            final int below,
            final long fullUpTo) {
        if (free <= Math.max(0, fullUpTo)) {
            return PoolFullness.FULL;
        }
        if (used >= share(total, Math.max(1, thresholds.criticalPercent() - below))) {
            return PoolFullness.CRITICAL;
        }
        return used >= share(total, Math.max(1, thresholds.warningPercent() - below))
                ? PoolFullness.WARNING
                : PoolFullness.NORMAL;
    }

    /** Rounded up: at least one byte of anything. */
    private static long share(final long total, final int percent) {
        return total / PERCENT * percent + (total % PERCENT * percent + PERCENT - 1) / PERCENT;
    }
}
