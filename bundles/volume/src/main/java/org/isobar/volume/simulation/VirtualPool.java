package org.isobar.volume.simulation;

import org.isobar.api.pool.ClassOfService;
import org.isobar.api.pool.PoolFullness;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.PoolThresholds;
import org.isobar.api.pool.ServiceFigures;
import org.isobar.spi.balance.BalancePool;

/** A pool that stores nothing: what it is able to do, and how full it is. One thread. */
public final class VirtualPool {
    private static final int PERCENT = 100;
    /** A policy should fill a pool to so much below its warning threshold; people too. */
    private static final int RESERVE_PERCENT = 2;

    private final String name;
    private final double readsPerS;
    private final double writesPerS;
    private final double delayS;
    private final long totalBytes;
    private final PoolThresholds thresholds;
    private long usedBytes;

    /**
     * A pool.
     *
     * @param readsPerS random reads that all of it does
     * @param writesPerS random writes, likewise
     * @param delayS what one request takes beyond the time for which it keeps all of the pool busy
     * @param totalBytes that it holds
     * @param usedBytes of these, taken by what is not simulated
     */
    public VirtualPool(
            final String name,
            final double readsPerS,
            final double writesPerS,
            final double delayS,
            final long totalBytes,
            final long usedBytes,
            final PoolThresholds thresholds) {
        this.name = name;
        this.readsPerS = readsPerS;
        this.writesPerS = writesPerS;
        this.delayS = delayS;
        this.totalBytes = totalBytes;
        this.usedBytes = usedBytes;
        this.thresholds = thresholds;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** For how long it is busy with so many requests; a long one counts as several, see {@link BalancePool}. */
    public double busyS(final double reads, final double writes) {
        return reads / readsPerS + writes / writesPerS;
    }

    /** What one request takes beyond the time for which it keeps all of the pool busy. */
    double delayS() {
        return delayS;
    }

    /** Whether it holds so many bytes more. */
    boolean hasRoomFor(final long bytes) {
        return usedBytes + bytes <= totalBytes;
    }

    /** Whether it holds so many bytes more without being fuller than it should be. */
    boolean hasGoodRoomFor(final long bytes) {
        return usedBytes + bytes <= limitBytes();
    }

    private long limitBytes() {
        return totalBytes / PERCENT * Math.max(0, thresholds.warningPercent() - RESERVE_PERCENT);
    }

    /** Bytes that it may take from now on without being fuller than it should be. */
    long goodRoomBytes() {
        return Math.max(0, limitBytes() - usedBytes);
    }

    /** Bytes come, or with a negative number leave. */
    void take(final long bytes) {
        usedBytes += bytes;
    }

    /** As a picture shows it. */
    PoolInfo info() {
        final ServiceFigures figures = new ServiceFigures(0, readsPerS, 0, writesPerS);
        return new PoolInfo(
                name,
                "virtual",
                "any",
                1,
                totalBytes,
                usedBytes,
                0,
                0,
                0,
                PoolFullness.NORMAL,
                thresholds,
                false,
                0,
                new ClassOfService(figures, figures, PERCENT, 0));
    }
}
