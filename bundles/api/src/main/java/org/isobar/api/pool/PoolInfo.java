package org.isobar.api.pool;

/**
 * A picture of one pool.
 *
 * @param name unique in the member
 * @param level RAID level of its sets
 * @param performanceClass class of the regions its chunklets come from; {@link ChunkletClasses#ANY} for all
 * @param setCount RAID sets it has now
 * @param capacityBytes data bytes of those sets
 * @param usedBytes of these, in pages
 * @param growableBytes data bytes it could still gain from free chunklets
 * @param degradedSets sets not HEALTHY
 * @param offlineSets sets OFFLINE
 * @param fullness by the used share of all it can hold, free chunklets included
 * @param thresholds where WARNING and CRITICAL begin
 * @param writeLog whether sets that it forms from now on have a write log
 * @param outOfClassChunklets chunklets of its sets that are not of its class, since devices were measured again, the pool was
 *     given another class, or a rebuild found none
 * @param service what it promises, by the slowest chunklets that it has or would take
 * @param reason why all its sets are offline: its level is not installed, or not as it was; empty else
 */
public record PoolInfo(
        String name,
        String level,
        String performanceClass,
        int setCount,
        long capacityBytes,
        long usedBytes,
        long growableBytes,
        int degradedSets,
        int offlineSets,
        PoolFullness fullness,
        PoolThresholds thresholds,
        boolean writeLog,
        int outOfClassChunklets,
        ClassOfService service,
        String reason) {
    /** A pool whose level is there. */
    public PoolInfo(
            final String name,
            final String level,
            final String performanceClass,
            final int setCount,
            final long capacityBytes,
            final long usedBytes,
            final long growableBytes,
            final int degradedSets,
            final int offlineSets,
            final PoolFullness fullness,
            final PoolThresholds thresholds,
            final boolean writeLog,
            final int outOfClassChunklets,
            final ClassOfService service) {
        this(
                name,
                level,
                performanceClass,
                setCount,
                capacityBytes,
                usedBytes,
                growableBytes,
                degradedSets,
                offlineSets,
                fullness,
                thresholds,
                writeLog,
                outOfClassChunklets,
                service,
                "");
    }
}
