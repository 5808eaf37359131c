package org.isobar.testkit.throttle;

import java.util.List;
import org.isobar.common.Check;

/**
 * How long a device takes.
 *
 * @param readLatencyUs microseconds before the data of a read that does not go on where the last request ended
 * @param writeLatencyUs likewise of a write, a ZERO or a DISCARD
 * @param durableUs microseconds that a write or ZERO takes longer when it must be on stable media
 * @param flushUs microseconds of a flush
 * @param zones bandwidth over the device, ascending by start, the first from 0; empty for no limit
 * @param inFlight requests that are served at the same time; others wait in a row
 * @param noisePercent standard deviation of a request's time, as a percentage of it
 * @param outlierOneIn one request in so many takes {@code outlierFactor} times as long; 0 for none
 * @param outlierFactor see above
 * @param seed of the noise and the outliers
 */
public record ThrottleSpec(
        int readLatencyUs,
        int writeLatencyUs,
        int durableUs,
        int flushUs,
        List<Zone> zones,
        int inFlight,
        int noisePercent,
        int outlierOneIn,
        int outlierFactor,
        long seed) {
    private static final int US_MAX = 60_000_000;
    private static final int IN_FLIGHT_MAX = 1024;
    private static final int NOISE_MAX = 100;
    private static final int ONE_IN_MAX = 1_000_000_000;
    private static final int FACTOR_MAX = 10_000;
    private static final int MIB_PER_S_MAX = 1_000_000;

    public ThrottleSpec {
        Check.range("read.latency.us", readLatencyUs, 0, US_MAX);
        Check.range("write.latency.us", writeLatencyUs, 0, US_MAX);
        Check.range("durable.us", durableUs, 0, US_MAX);
        Check.range("flush.us", flushUs, 0, US_MAX);
        Check.range("in.flight", inFlight, 1, IN_FLIGHT_MAX);
        Check.range("noise.percent", noisePercent, 0, NOISE_MAX);
        Check.range("outlier.one.in", outlierOneIn, 0, ONE_IN_MAX);
        Check.range("outlier.factor", outlierFactor, 1, FACTOR_MAX);
        zones = List.copyOf(zones);
        for (int i = 0; i < zones.size(); i++) {
            Check.range("zone.mib.per.s", zones.get(i).mibPerS(), 1, MIB_PER_S_MAX);
            final int least = i == 0 ? 0 : zones.get(i - 1).startMib() + 1;
            Check.range("zone.start.mib", zones.get(i).startMib(), least, i == 0 ? 0 : Integer.MAX_VALUE);
        }
    }

    /**
     * A part of a device, to the next one or the end.
     *
     * @param startMib offset of its first byte in MiB
     * @param mibPerS bandwidth of reads and writes
     */
    public record Zone(int startMib, int mibPerS) {}
}
