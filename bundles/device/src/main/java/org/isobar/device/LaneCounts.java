package org.isobar.device;

import java.util.concurrent.atomic.AtomicLongArray;
import org.isobar.common.lane.Lane;

/** A count that each lane adds to without waiting for others. */
final class LaneCounts {
    /** Keeps the counts of two lanes out of one cache line: 16 longs, since processors fetch lines in pairs. */
    private static final int SPREAD_SHIFT = 4;

    private final AtomicLongArray counts;

    LaneCounts(final int lanes) {
        counts = new AtomicLongArray(lanes << SPREAD_SHIFT);
    }

    /** Adds one; on the lane. */
    void count(final Lane lane) {
        final int at = lane.index() << SPREAD_SHIFT;
        counts.setOpaque(at, counts.getPlain(at) + 1);
    }

    /** All lanes' together. Any thread. */
    long sum() {
        long sum = 0;
        for (int i = 0; i < counts.length(); i += 1 << SPREAD_SHIFT) {
            sum += counts.getOpaque(i);
        }
        return sum;
    }
}
