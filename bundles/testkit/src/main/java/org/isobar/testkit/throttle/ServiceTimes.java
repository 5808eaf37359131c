package org.isobar.testkit.throttle;

import java.util.Arrays;
import java.util.Random;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;

/**
 * One device's queue, reckoned and not waited for: some places in which requests are positioned at the same time, and one channel
 * through which their data goes one after the other. Any thread.
 */
final class ServiceTimes {
    private static final long NS_PER_US = 1000;
    private static final double NS_PER_S = 1e9;
    private static final double MIB = 1 << 20;
    private static final int MIB_SHIFT = 20;
    private static final double PERCENT = 100;
    /** What noise leaves of a time at least. */
    private static final double FACTOR_MIN = 0.1;

    private final ThrottleSpec spec;
    private final long[] zoneStarts;
    private final double[] zoneNsPerByte;

    // Guarded by this; held for a little arithmetic.
    private final Random random;
    private final long[] placeFreeNs;
    private long channelFreeNs;
    private long headAt;
    private boolean begun;

    ServiceTimes(final ThrottleSpec spec) {
        this.spec = spec;
        zoneStarts = spec.zones().stream()
                .mapToLong(zone -> (long) zone.startMib() << MIB_SHIFT)
                .toArray();
        zoneNsPerByte = spec.zones().stream()
                .mapToDouble(zone -> NS_PER_S / MIB / zone.mibPerS())
                .toArray();
        random = new Random(spec.seed());
        placeFreeNs = new long[spec.inFlight()];
    }

    /** When a request that comes now is served, on the clock of {@code nowNs}; later ones come behind it. */
    synchronized long endNs(final IoRequest request, final long nowNs) {
        if (!begun) {
            begun = true;
            channelFreeNs = nowNs;
            Arrays.fill(placeFreeNs, nowNs);
        }
        final int place = firstFree();
        final long startNs = later(nowNs, placeFreeNs[place]);
        final double factor = factor();
        final long positionedNs = startNs + (long) (factor * positioningNs(request));
        final double transferNs = factor * transferNs(request);
        long endNs = positionedNs;
        if (transferNs > 0) {
            endNs = later(positionedNs, channelFreeNs) + (long) transferNs;
            channelFreeNs = endNs;
        }
        if (request.durable()) {
            endNs += (long) (factor * spec.durableUs() * NS_PER_US);
        }
        placeFreeNs[place] = endNs;
        return endNs;
    }

    private long positioningNs(final IoRequest request) {
        if (request.op() == IoOp.FLUSH) {
            return spec.flushUs() * NS_PER_US;
        }
        final boolean goesOn = request.offsetBytes() == headAt;
        headAt = request.endBytes();
        if (goesOn) {
            return 0;
        }
        return (request.op() == IoOp.READ ? spec.readLatencyUs() : spec.writeLatencyUs()) * NS_PER_US;
    }

    private double transferNs(final IoRequest request) {
        if (zoneStarts.length == 0 || request.data() == null) {
            return 0;
        }
        int zone = zoneStarts.length - 1;
        while (zoneStarts[zone] > request.offsetBytes()) {
            zone--;
        }
        return request.lengthBytes() * zoneNsPerByte[zone];
    }

    private double factor() {
        double factor = 1;
        if (spec.noisePercent() > 0) {
            factor = Math.max(FACTOR_MIN, 1 + spec.noisePercent() / PERCENT * random.nextGaussian());
        }
        if (spec.outlierOneIn() > 0 && random.nextInt(spec.outlierOneIn()) == 0) {
            factor *= spec.outlierFactor();
        }
        return factor;
    }

    private int firstFree() {
        int best = 0;
        for (int i = 1; i < placeFreeNs.length; i++) {
            if (placeFreeNs[i] - placeFreeNs[best] < 0) {
                best = i;
            }
        }
        return best;
    }

    /** Times are of a clock that may wrap. */
    private static long later(final long oneNs, final long otherNs) {
        return oneNs - otherNs > 0 ? oneNs : otherNs;
    }
}
