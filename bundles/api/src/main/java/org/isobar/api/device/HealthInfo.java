package org.isobar.api.device;

import java.util.List;

/**
 * The health of one device: what was seen of it lately and what follows. Counts decay: after the half-life that the settings
 * give, half of an event is left.
 *
 * @param state the verdict
 * @param score 100 for nothing against it, down to 0
 * @param reasons what speaks against it, for people; empty for nothing
 * @param readErrors reads that failed in the end, decayed
 * @param writeErrors writes and flushes that failed, decayed
 * @param timeouts operations that took longer than the time-out, decayed
 * @param retries reads that failed and were tried again, decayed
 * @param corrected blocks that did not match their checksums and were mended, decayed
 * @param flaps times that it went away, decayed
 * @param lateEnds operations since start that were given up and ended after all
 * @param stuck operations that have not ended within the time-out, now
 * @param read latency of reads
 * @param write latency of writes
 * @param flush latency of flushes
 * @param heldOffUntilMs wall-clock time before which it is not let in again after it came and went, 0 when it is not held off
 * @param smart what the device says of itself
 */
public record HealthInfo(
        HealthState state,
        int score,
        List<String> reasons,
        double readErrors,
        double writeErrors,
        double timeouts,
        double retries,
        double corrected,
        double flaps,
        long lateEnds,
        int stuck,
        Latency read,
        Latency write,
        Latency flush,
        long heldOffUntilMs,
        SmartInfo smart) {
    /** Of a device of which nothing is known. */
    public static final HealthInfo UNKNOWN = new HealthInfo(
            HealthState.GOOD,
            100,
            List.of(),
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            Latency.NONE,
            Latency.NONE,
            Latency.NONE,
            0,
            SmartInfo.unavailable("not looked at"));

    public HealthInfo {
        reasons = List.copyOf(reasons);
    }

    /**
     * Times of one kind of operation, in microseconds; 0 where nothing was measured.
     *
     * @param meanUs mean of the last half minute or so
     * @param p99Us 99 of 100 were faster than this, in the same time
     * @param usualUs mean of the last day or so
     * @param peersUs median of the present means of its peers: devices of the same kind
     */
    public record Latency(long meanUs, long p99Us, long usualUs, long peersUs) {
        public static final Latency NONE = new Latency(0, 0, 0, 0);
    }
}
