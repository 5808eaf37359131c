package org.isobar.api.pool;

import org.isobar.api.StorageException;

/**
 * When a pool's fullness is worth a warning: shares of what the pool can hold, its free chunklets included.
 *
 * @param warningPercent 1 to 98
 * @param criticalPercent above the warning, at most 99
 */
public record PoolThresholds(int warningPercent, int criticalPercent) {
    /** Those of a pool for which none were set. */
    public static final PoolThresholds DEFAULT = new PoolThresholds(75, 90);

    private static final int WARNING_MAX = 98;
    private static final int CRITICAL_MAX = 99;

    public PoolThresholds {
        if (warningPercent < 1 || warningPercent > WARNING_MAX) {
            throw refused("warningPercent: must be 1 to " + WARNING_MAX + ", is " + warningPercent);
        }
        if (criticalPercent <= warningPercent || criticalPercent > CRITICAL_MAX) {
            throw refused("criticalPercent: must be above warningPercent=" + warningPercent + ", at most "
                    + CRITICAL_MAX + ", is " + criticalPercent);
        }
    }

    private static StorageException refused(final String message) {
        return new StorageException(StorageException.Code.INVALID, message);
    }
}
