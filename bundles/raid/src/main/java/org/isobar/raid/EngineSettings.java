package org.isobar.raid;

import java.util.concurrent.TimeUnit;
import org.isobar.common.Check;

/**
 * Settings of the engine.
 *
 * @param intentIdleMs a write-intent region is cleared when it saw no write for this long
 * @param sweepParallel stripes that one resync, catch-up or scrub works on at the same time
 * @param laneParts parts of requests that one lane has in flight; further parts wait
 * @param laneRequests requests that one lane has in flight; further ones end in BUSY
 * @param sumPages pages of checksums kept in memory, each of about 4 KiB and for 3.75 MiB of a column
 * @param sweepShare percent of the time that resync, catch-up and scrub work while requests come; 100 does not hold back
 * @param sweepFloorMib MiB per second that they make all the same, together, as they count their progress
 * @param sweepQuietMs requests come as long as the last one is not longer ago
 * @param writeBack whether small writes to sets with a write log end when two columns have them in the log
 * @param smallBytes writes of a part of a stripe are small up to this length
 */
public record EngineSettings(
        int intentIdleMs,
        int sweepParallel,
        int laneParts,
        int laneRequests,
        int sumPages,
        int sweepShare,
        int sweepFloorMib,
        int sweepQuietMs,
        boolean writeBack,
        int smallBytes) {
    /** What the shipped configuration says. */
    public static final EngineSettings DEFAULT =
            new EngineSettings(5000, 4, 512, 4096, 16384, 15, 8, 100, true, 32 * 1024);

    private static final int INTENT_IDLE_MS_MIN = 100;
    private static final int INTENT_IDLE_MS_MAX = 3_600_000;
    private static final int SWEEP_PARALLEL_MAX = 64;
    private static final int LANE_PARTS_MIN = 16;
    private static final int LANE_PARTS_MAX = 65_536;
    private static final int SUM_PAGES_MAX = 1 << 24;
    private static final int SWEEP_SHARE_MAX = 100;
    private static final int SWEEP_FLOOR_MIB_MAX = 65_536;
    private static final int SWEEP_QUIET_MS_MAX = 60_000;
    private static final int MIB_SHIFT = 20;
    private static final int SMALL_BYTES_MAX = 32 * 1024;

    public EngineSettings {
        Check.range("intent.idle.ms", intentIdleMs, INTENT_IDLE_MS_MIN, INTENT_IDLE_MS_MAX);
        Check.range("sweep.parallel", sweepParallel, 1, SWEEP_PARALLEL_MAX);
        Check.range("lane.parts", laneParts, LANE_PARTS_MIN, LANE_PARTS_MAX);
        Check.range("lane.requests", laneRequests, LANE_PARTS_MIN, LANE_PARTS_MAX);
        Check.range("sum.pages", sumPages, 1, SUM_PAGES_MAX);
        Check.range("sweep.share", sweepShare, 1, SWEEP_SHARE_MAX);
        Check.range("sweep.floor.mib", sweepFloorMib, 1, SWEEP_FLOOR_MIB_MAX);
        Check.range("sweep.quiet.ms", sweepQuietMs, 1, SWEEP_QUIET_MS_MAX);
        Check.range("small.bytes", smallBytes, 0, SMALL_BYTES_MAX);
    }

    long sweepFloorBytesPerSecond() {
        return (long) sweepFloorMib << MIB_SHIFT;
    }

    long sweepQuietNs() {
        return TimeUnit.MILLISECONDS.toNanos(sweepQuietMs);
    }

    long intentIdleNs() {
        return TimeUnit.MILLISECONDS.toNanos(intentIdleMs);
    }
}
