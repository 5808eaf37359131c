package org.isobar.device.health;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.isobar.api.device.HealthInfo.Latency;

/** The latency of one kind of operation on one device, lately and usually. Single-threaded. */
final class LatencyPast {
    static final double RECENT_NS = TimeUnit.SECONDS.toNanos(30);
    private static final double USUAL_NS = TimeUnit.DAYS.toNanos(1);
    /** With fewer operations nothing is said. */
    private static final double RECENT_COUNT_MIN = 16;

    private static final double USUAL_COUNT_MIN = 1000;
    private static final double HIGH_SHARE = 0.99;
    private static final double NS_PER_US = 1e3;

    private final int kind;
    private final Decaying recentCount = new Decaying(RECENT_NS);
    private final Decaying recentSumNs = new Decaying(RECENT_NS);
    private final Decaying usualCount = new Decaying(USUAL_NS);
    private final Decaying usualSumNs = new Decaying(USUAL_NS);
    private final double[] recent = new double[LatencyScale.BUCKETS];
    private double peersNs;

    LatencyPast(final int kind) {
        this.kind = kind;
    }

    /** Takes what has been added between two readings of the counters, {@code passedNs} apart. */
    void take(final long[] before, final long[] now, final long passedNs) {
        final double left = Decaying.share(passedNs, RECENT_NS);
        long count = 0;
        for (int bucket = 0; bucket < recent.length; bucket++) {
            final int at = Counters.bucket(kind, bucket);
            final long added = now[at] - before[at];
            count += added;
            recent[bucket] = recent[bucket] * left + added;
        }
        final long sumNs = now[Counters.sum(kind)] - before[Counters.sum(kind)];
        add(recentCount, recentSumNs, (double) count, (double) sumNs, passedNs);
        add(usualCount, usualSumNs, (double) count, (double) sumNs, passedNs);
    }

    private static void add(
            final Decaying counts, final Decaying sums, final double count, final double sumNs, final long passedNs) {
        counts.pass(passedNs);
        sums.pass(passedNs);
        counts.add(count);
        sums.add(sumNs);
    }

    /** Whether there were enough operations lately to say anything. */
    boolean known() {
        return recentCount.value() >= RECENT_COUNT_MIN;
    }

    double meanNs() {
        return known() ? recentSumNs.value() / recentCount.value() : 0;
    }

    /** The mean of before, 0 when too little was seen. */
    double usualNs() {
        return usualCount.value() >= USUAL_COUNT_MIN ? usualSumNs.value() / usualCount.value() : 0;
    }

    /** Takes the median of its peers' means, 0 when they say nothing. */
    void peers(final double medianNs) {
        peersNs = medianNs;
    }

    double peersNs() {
        return peersNs;
    }

    private double highNs() {
        double left = recentCount.value() * (1 - HIGH_SHARE);
        for (int bucket = recent.length - 1; bucket > 0; bucket--) {
            left -= recent[bucket];
            if (left < 0) {
                return LatencyScale.upperNs(bucket);
            }
        }
        return LatencyScale.upperNs(0);
    }

    Latency picture() {
        return new Latency(
                Math.round(meanNs() / NS_PER_US),
                known() ? Math.round(highNs() / NS_PER_US) : 0,
                Math.round(usualNs() / NS_PER_US),
                Math.round(peersNs / NS_PER_US));
    }

    void clear() {
        recentCount.clear();
        recentSumNs.clear();
        usualCount.clear();
        usualSumNs.clear();
        Arrays.fill(recent, 0);
        peersNs = 0;
    }
}
