package org.isobar.profiler;

import java.util.Arrays;

/** What the visits to one place read. */
final class Figures {
    private final double[] mibPerS = new double[ProfilerSettings.REPETITIONS_MAX];
    private final double[] perS = new double[ProfilerSettings.REPETITIONS_MAX];
    private final double[] latencyUs = new double[ProfilerSettings.REPETITIONS_MAX];
    private int count;

    void add(final Visit visit) {
        mibPerS[count] = visit.mibPerS();
        perS[count] = visit.perS();
        latencyUs[count] = visit.latencyUs();
        count++;
    }

    /** The median, or 0 when no visit ended well. */
    double mibPerS() {
        return median(mibPerS);
    }

    double perS() {
        return median(perS);
    }

    double latencyUs() {
        return median(latencyUs);
    }

    private double median(final double[] values) {
        return count == 0 ? 0 : Robust.median(Arrays.copyOf(values, count), 0, count);
    }
}
