package org.isobar.profiler;

import java.util.List;
import org.isobar.api.profile.ProfileSample;

/** How far a device has drifted from an earlier profile. */
final class Drift {
    private static final int PERCENT = 100;

    private Drift() {}

    /**
     * By how much the median place's read bandwidth, or its random reads, differ from the nearest place's of before; whichever is more.
     * Percent, 0 when nothing can be compared.
     */
    static int percent(final List<ProfileSample> before, final List<ProfileSample> now) {
        final List<ProfileSample> earlier =
                before.stream().filter(sample -> sample.performance().known()).toList();
        final List<ProfileSample> known =
                now.stream().filter(sample -> sample.performance().known()).toList();
        if (earlier.isEmpty() || known.isEmpty()) {
            return 0;
        }
        final double[] bandwidth = new double[known.size()];
        final double[] reads = new double[known.size()];
        int nearest = 0;
        for (int i = 0; i < bandwidth.length; i++) {
            final long offset = known.get(i).offsetBytes();
            while (nearest + 1 < earlier.size()
                    && Math.abs(earlier.get(nearest + 1).offsetBytes() - offset)
                            <= Math.abs(earlier.get(nearest).offsetBytes() - offset)) {
                nearest++;
            }
            bandwidth[i] = change(
                    earlier.get(nearest).performance().readMibPerS(),
                    known.get(i).performance().readMibPerS());
            reads[i] = change(
                    earlier.get(nearest).performance().readsPerS(),
                    known.get(i).performance().readsPerS());
        }
        final double median =
                Math.max(Robust.median(bandwidth, 0, bandwidth.length), Robust.median(reads, 0, reads.length));
        return (int) Math.round(median * PERCENT);
    }

    /** Twice as fast and half as fast are the same. */
    private static double change(final double before, final double now) {
        return Math.max(before, now) / Math.min(before, now) - 1;
    }
}
