package org.isobar.api.volume;

import org.isobar.api.StorageException;

/**
 * When the space that a volume takes is worth a warning: shares of its size.
 *
 * @param warningPercent 1 to 99, or 0 for none
 * @param criticalPercent above the warning, at most 100; 0 for none
 */
public record VolumeThresholds(int warningPercent, int criticalPercent) {
    /** Those of a volume for which none were set: it may be written from end to end. */
    public static final VolumeThresholds NONE = new VolumeThresholds(0, 0);

    private static final int WARNING_MAX = 99;
    private static final int CRITICAL_MAX = 100;

    public VolumeThresholds {
        if (warningPercent != 0 || criticalPercent != 0) {
            if (warningPercent < 1 || warningPercent > WARNING_MAX) {
                throw refused("warningPercent: must be 1 to " + WARNING_MAX + ", or 0 with criticalPercent=0, is "
                        + warningPercent);
            }
            if (criticalPercent <= warningPercent || criticalPercent > CRITICAL_MAX) {
                throw refused("criticalPercent: must be above warningPercent=" + warningPercent + ", at most "
                        + CRITICAL_MAX + ", is " + criticalPercent);
            }
        }
    }

    /** Whether there are any. */
    public boolean set() {
        return warningPercent != 0;
    }

    private static StorageException refused(final String message) {
        return new StorageException(StorageException.Code.INVALID, message);
    }
}
