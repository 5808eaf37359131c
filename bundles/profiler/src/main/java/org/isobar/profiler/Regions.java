package org.isobar.profiler;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.isobar.api.device.DeviceLayout;
import org.isobar.api.profile.Performance;
import org.isobar.api.profile.ProfileRegion;
import org.isobar.api.profile.ProfileSample;

/** Turns the samples of a device into regions of whole chunklets. Pure. */
final class Regions {
    private Regions() {}

    /**
     * The regions of a device, covering all its chunklets. Places that could not be read belong to the region around them; a
     * device that could not be read anywhere is one region of unknown performance.
     *
     * @param samples ascending by offset
     */
    static List<ProfileRegion> of(
            final DeviceLayout layout, final List<ProfileSample> samples, final RegionCutter cutter) {
        final List<ProfileSample> known =
                samples.stream().filter(sample -> sample.performance().known()).toList();
        if (known.isEmpty()) {
            return List.of(new ProfileRegion(0, layout.chunkletCount(), Performance.UNKNOWN));
        }
        final List<Integer> cuts =
                cutter.cut(List.of(values(known, Performance::readMibPerS), values(known, Performance::readsPerS)));
        final List<ProfileRegion> regions = new ArrayList<>();
        int first = 0;
        int begin = 0;
        for (int i = 1; i <= cuts.size(); i++) {
            final boolean last = i == cuts.size();
            final int end = last ? known.size() : cuts.get(i);
            final int next = last
                    ? layout.chunkletCount()
                    : border(layout, known, begin, end, i + 1 == cuts.size() ? known.size() : cuts.get(i + 1));
            if (next > first) {
                regions.add(new ProfileRegion(first, next - first, medians(known.subList(begin, end))));
                begin = end;
                first = next;
            }
        }
        return regions;
    }

    /** Medians of what was measured. */
    static Performance medians(final List<ProfileSample> samples) {
        final List<ProfileSample> written = samples.stream()
                .filter(sample -> sample.performance().writesKnown())
                .toList();
        return new Performance(
                median(samples, Performance::readMibPerS),
                median(samples, Performance::readsPerS),
                median(samples, Performance::readLatencyUs),
                median(written, Performance::writeMibPerS),
                median(written, Performance::writesPerS),
                median(written, Performance::writeLatencyUs));
    }

    /**
     * The chunklet that the region after a cut begins with: the cut is taken to be in the middle between two samples, and the chunklet that
     * it falls into belongs to the slower side.
     */
    private static int border(
            final DeviceLayout layout,
            final List<ProfileSample> samples,
            final int begin,
            final int cut,
            final int end) {
        final long before = samples.get(cut - 1).offsetBytes();
        final long middle = Math.max(0, (before + samples.get(cut).offsetBytes()) / 2 - layout.dataOffset());
        final boolean slows = speed(samples.subList(begin, cut)) > speed(samples.subList(cut, end));
        final long chunkletBytes = layout.chunkletBytes();
        return (int) (slows ? middle / chunkletBytes : (middle + chunkletBytes - 1) / chunkletBytes);
    }

    private static double speed(final List<ProfileSample> samples) {
        final Performance medians = medians(samples);
        return Math.log(medians.readMibPerS()) + Math.log(medians.readsPerS());
    }

    private static double median(final List<ProfileSample> samples, final ToDoubleFunction<Performance> quantity) {
        return samples.isEmpty() ? 0 : Robust.median(values(samples, quantity), 0, samples.size());
    }

    private static double[] values(final List<ProfileSample> samples, final ToDoubleFunction<Performance> quantity) {
        return samples.stream()
                .mapToDouble(sample -> quantity.applyAsDouble(sample.performance()))
                .toArray();
    }
}
