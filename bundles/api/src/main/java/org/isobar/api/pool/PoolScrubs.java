package org.isobar.api.pool;

import java.util.List;

/**
 * The scrubs of a pool.
 *
 * @param pool its name
 * @param schedule when its sets are scrubbed by themselves
 * @param sets one entry for each set, by id
 * @param checkedBytes data that scrubs of the pool have checked since the member started
 * @param mendedBlocks blocks of 4 KiB that they have mended since then
 * @param lostBlocks blocks of 4 KiB that they have found lost since then
 */
public record PoolScrubs(
        String pool, ScrubSchedule schedule, List<OfSet> sets, long checkedBytes, long mendedBlocks, long lostBlocks) {
    public PoolScrubs {
        sets = List.copyOf(sets);
    }

    /**
     * The scrubs of a set.
     *
     * @param set its id
     * @param last the last one that ended, or null
     * @param present one that has begun and not ended, or null
     * @param presentPercent how much of the set that one is done with
     * @param nextWallMs when the next one is due, ms since 1970; 0 for never
     */
    public record OfSet(long set, SetScrub last, SetScrub present, int presentPercent, long nextWallMs) {}
}
