package org.isobar.pool.store;

import org.isobar.common.Check;

/**
 * Settings of the page store.
 *
 * @param stripBytes strip length of new RAID sets
 * @param startWaitMs how long a start waits for known devices that are not there yet
 * @param rebuildDelayMs how long a lost device may stay away before its columns are rebuilt elsewhere
 * @param retryMs pause before failed background work is tried again
 * @param rebuildParallel sets that are resynced, caught up or rebuilt at a time
 */
public record StoreSettings(int stripBytes, long startWaitMs, long rebuildDelayMs, long retryMs, int rebuildParallel) {
    /** Shortest and longest strip. */
    static final int STRIP_BYTES_MIN = 4096;

    static final int STRIP_BYTES_MAX = 1 << 20;
    /** Longest of all waits. */
    static final long WAIT_MS_MAX = 7L * 24 * 3600 * 1000;

    /** Most sets worked on at a time. */
    static final int REBUILD_PARALLEL_MAX = 64;

    static final int REBUILD_PARALLEL_DEFAULT = 8;

    /** What a member uses unless told otherwise. */
    public static final StoreSettings DEFAULT = new StoreSettings(65_536, 5_000, 60_000, 5_000);

    public StoreSettings {
        Check.powerOfTwo("strip.bytes", stripBytes);
        Check.range("strip.bytes", stripBytes, STRIP_BYTES_MIN, STRIP_BYTES_MAX);
        Check.range("start.wait.ms", startWaitMs, 0, WAIT_MS_MAX);
        Check.range("rebuild.delay.ms", rebuildDelayMs, 0, WAIT_MS_MAX);
        Check.range("retry.ms", retryMs, 1, WAIT_MS_MAX);
        Check.range("rebuild.parallel", rebuildParallel, 1, REBUILD_PARALLEL_MAX);
    }

    /** As many sets at a time as shipped. */
    public StoreSettings(final int stripBytes, final long startWaitMs, final long rebuildDelayMs, final long retryMs) {
        this(stripBytes, startWaitMs, rebuildDelayMs, retryMs, REBUILD_PARALLEL_DEFAULT);
    }
}
