package org.isobar.device.health;

/**
 * The scale of latency histograms: four buckets to each doubling, from 1 microsecond (all that is faster) to one minute
 * (all that is slower), so that a bucket's bounds are at most a quarter apart.
 */
final class LatencyScale {
    private static final int SHIFT_MIN = 10;
    private static final int SUB_BITS = 2;
    private static final int DOUBLINGS = 26;

    /** Number of buckets. */
    static final int BUCKETS = DOUBLINGS << SUB_BITS;

    private LatencyScale() {}

    static int bucket(final long ns) {
        if (ns < 1L << SHIFT_MIN) {
            return 0;
        }
        final int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(ns);
        final int sub = (int) (ns >>> exponent - SUB_BITS) & (1 << SUB_BITS) - 1;
        return Math.min(BUCKETS - 1, (exponent - SHIFT_MIN << SUB_BITS) + sub);
    }

    /** No value of a bucket but the last is larger. */
    static long upperNs(final int bucket) {
        final int exponent = (bucket >> SUB_BITS) + SHIFT_MIN;
        final long sub = (bucket & (1 << SUB_BITS) - 1) + 1L;
        return (1L << exponent) + (sub << exponent - SUB_BITS);
    }
}
