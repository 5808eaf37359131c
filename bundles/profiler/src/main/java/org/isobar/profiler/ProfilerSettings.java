package org.isobar.profiler;

import org.isobar.common.Check;

/**
 * How devices are measured.
 *
 * @param places at most, for each device, 16 to 1024
 * @param repetitions of each place, 1 to 25
 * @param burstBytes of each place, 64 KiB to 64 MiB, a power of two
 * @param sharePercent of the time that measuring takes while others use the device, 1 to 100
 * @param leastStepPercent that neighbouring regions differ by, 1 to 1000
 * @param classSpreadPercent that regions of one class differ by at most, 1 to 1000
 * @param classes at most, 1 to 16
 * @param driftPercent from which a device that has changed is reported, 1 to 1000
 * @param intervalHours between two profiles of a device, 0 to 87600; 0 for on demand only
 */
record ProfilerSettings(
        int places,
        int repetitions,
        int burstBytes,
        int sharePercent,
        int leastStepPercent,
        int classSpreadPercent,
        int classes,
        int driftPercent,
        int intervalHours) {
    /** As shipped. */
    static final ProfilerSettings SHIPPED = new ProfilerSettings(256, 5, 4 << 20, 10, 5, 25, 4, 20, 0);

    private static final int PLACES_MIN = 16;
    static final int PLACES_MAX = 1024;
    static final int REPETITIONS_MAX = 25;
    private static final int BURST_BYTES_MIN = 64 << 10;
    private static final int BURST_BYTES_MAX = 64 << 20;
    private static final int PERCENT = 100;
    private static final int PERCENT_MAX = 1000;
    private static final int CLASSES_MAX = 16;
    private static final int HOURS_MAX = 87_600;

    ProfilerSettings {
        Check.range("places", places, PLACES_MIN, PLACES_MAX);
        Check.range("repetitions", repetitions, 1, REPETITIONS_MAX);
        Check.range("burst.bytes", Check.powerOfTwo("burst.bytes", burstBytes), BURST_BYTES_MIN, BURST_BYTES_MAX);
        Check.range("share.percent", sharePercent, 1, PERCENT);
        Check.range("least.step.percent", leastStepPercent, 1, PERCENT_MAX);
        Check.range("class.spread.percent", classSpreadPercent, 1, PERCENT_MAX);
        Check.range("classes", classes, 1, CLASSES_MAX);
        Check.range("drift.percent", driftPercent, 1, PERCENT_MAX);
        Check.range("interval.hours", intervalHours, 0, HOURS_MAX);
    }

    RegionCutter cutter(final int samples) {
        return new RegionCutter((double) leastStepPercent / PERCENT, Math.max(1, samples / PERCENT));
    }

    ClassMaker classMaker() {
        return new ClassMaker((double) classSpreadPercent / PERCENT, classes);
    }
}
