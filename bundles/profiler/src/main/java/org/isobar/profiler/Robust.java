package org.isobar.profiler;

import java.util.Arrays;

/** Statistics that a few wild values do not move. */
final class Robust {
    private Robust() {}

    /** The median of {@code values[from]} to {@code values[to - 1]}, which stay as they are. */
    static double median(final double[] values, final int from, final int to) {
        final double[] sorted = Arrays.copyOfRange(values, from, to);
        Arrays.sort(sorted);
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
