package org.isobar.api.pool;

/**
 * How much of a pool is used.
 *
 * @param pool its name
 * @param usedBytes in pages
 * @param freeBytes in slots of serving sets without a page, and in sets that free chunklets would make
 * @param fullness by the used share
 * @param thresholds where WARNING and CRITICAL begin
 */
public record PoolSpace(String pool, long usedBytes, long freeBytes, PoolFullness fullness, PoolThresholds thresholds) {
    private static final long PERCENT = 100;

    /** Whether this share of what it can hold is used, or more; at least one byte of anything. */
    public boolean usedAtLeast(final int percent) {
        final long total = usedBytes + freeBytes;
        return usedBytes >= total / PERCENT * percent + (total % PERCENT * percent + PERCENT - 1) / PERCENT;
    }

    /** Whole percent of what it can hold that are free. */
    public int freePercent() {
        final long total = usedBytes + freeBytes;
        return total == 0 ? 0 : (int) (freeBytes * (double) PERCENT / total);
    }
}
