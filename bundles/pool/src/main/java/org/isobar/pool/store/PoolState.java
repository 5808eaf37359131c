package org.isobar.pool.store;

import org.isobar.api.pool.PoolThresholds;

/**
 * A pool as the metadata knows it.
 *
 * @param name unique in the member
 * @param level RAID level of its sets
 * @param performanceClass class of the regions that its chunklets come from
 * @param thresholds when it is filling
 * @param writeLog whether sets that it forms from now on have a write log
 */
public record PoolState(
        String name, String level, String performanceClass, PoolThresholds thresholds, boolean writeLog) {}
