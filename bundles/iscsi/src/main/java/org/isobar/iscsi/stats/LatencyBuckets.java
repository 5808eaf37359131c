package org.isobar.iscsi.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.isobar.api.statistics.LatencyStatistics;

/**
 * How latencies in microseconds fall into a fixed number of buckets: exact below 16, then 16 buckets for each doubling
 * up to 67 s, where everything longer ends up too (the layout of HdrHistogram).
 */
final class LatencyBuckets {
    /** Number of buckets. */
    static final int COUNT = 368;

    private static final int SUB_BITS = 4;
    private static final int SUB_COUNT = 1 << SUB_BITS;
    private static final long MAX_US = (1L << 26) - 1;

    private LatencyBuckets() {}

    /** The bucket of a latency; negative ones count as 0. */
    static int indexOf(final long latencyUs) {
        final long us = Math.max(0, Math.min(latencyUs, MAX_US));
        final int shift = Math.max(0, Long.SIZE - 1 - SUB_BITS - Long.numberOfLeadingZeros(us | SUB_COUNT));
        return (shift << SUB_BITS) + (int) (us >>> shift);
    }

    /** The longest latency that falls into a bucket. */
    static long highestUs(final int index) {
        final int shift = Math.max(0, (index >> SUB_BITS) - 1);
        return ((index - ((long) shift << SUB_BITS) + 1) << shift) - 1;
    }

    /** The picture of a set of buckets. */
    static LatencyStatistics statistics(final IntToLongFunction buckets, final long sumUs, final long maxUs) {
        long count = 0;
        for (int i = 0; i < COUNT; i++) {
            count += buckets.applyAsLong(i);
        }
        final List<Long> below = new ArrayList<>();
        long passed = 0;
        int at = 0;
        for (final long boundUs : LatencyStatistics.boundsUs()) {
            for (final int end = indexOf(boundUs); at < end; at++) {
                passed += buckets.applyAsLong(at);
            }
            below.add(passed);
        }
        return new LatencyStatistics(
                count,
                sumUs,
                percentile(buckets, count, 500, maxUs),
                percentile(buckets, count, 900, maxUs),
                percentile(buckets, count, 990, maxUs),
                percentile(buckets, count, 999, maxUs),
                maxUs,
                below);
    }

    private static long percentile(
            final IntToLongFunction buckets, final long count, final int perMille, final long maxUs) {
        final long wanted = (count * perMille + 999) / 1000;
        long passed = 0;
        for (int i = 0; i < COUNT; i++) {
            passed += buckets.applyAsLong(i);
            if (passed >= wanted && passed > 0) {
                return Math.min(highestUs(i), maxUs);
            }
        }
        return 0;
    }
}
