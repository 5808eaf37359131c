package org.isobar.api.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * How long commands took, from the receipt of the command PDU to the writing of its answer. Percentiles are exact to
 * 1/16 and never lower than the truth.
 *
 * @param count commands measured
 * @param sumUs microseconds of all of them together
 * @param p50Us half of them took at most this long, in microseconds
 * @param p90Us 90 % of them
 * @param p99Us 99 % of them
 * @param p999Us 99.9 % of them
 * @param maxUs the longest of them
 * @param belowBounds how many took less than each of {@link #boundsUs()}, cumulative
 */
public record LatencyStatistics(
        long count, long sumUs, long p50Us, long p90Us, long p99Us, long p999Us, long maxUs, List<Long> belowBounds) {
    private static final int FIRST_BOUND_BIT = 5;
    private static final int LAST_BOUND_BIT = 24;
    private static final List<Long> BOUNDS_US = bounds();

    public LatencyStatistics {
        belowBounds = List.copyOf(belowBounds);
    }

    /** Powers of two from 32 us to 16.8 s, which {@link #belowBounds} counts against. */
    public static List<Long> boundsUs() {
        return BOUNDS_US;
    }

    /** Mean in microseconds, 0 when nothing was measured. */
    public long meanUs() {
        return count == 0 ? 0 : sumUs / count;
    }

    private static List<Long> bounds() {
        final List<Long> bounds = new ArrayList<>();
        for (int bit = FIRST_BOUND_BIT; bit <= LAST_BOUND_BIT; bit++) {
            bounds.add(1L << bit);
        }
        return List.copyOf(bounds);
    }
}
