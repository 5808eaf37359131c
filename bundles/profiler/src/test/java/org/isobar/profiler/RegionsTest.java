package org.isobar.profiler;

import static org.junit.Assert.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.isobar.api.device.DeviceLayout;
import org.isobar.api.profile.Performance;
import org.isobar.api.profile.ProfileRegion;
import org.isobar.api.profile.ProfileSample;
import org.junit.Test;

public final class RegionsTest {
    private static final int SAMPLES = 64;
    private static final int CHUNKLET_BYTES = 8 << 20;
    private static final int CHUNKLETS = 8;
    private static final DeviceLayout LAYOUT = new DeviceLayout(0, 0, 0, 0, 0, 0, 1 << 20, CHUNKLET_BYTES, CHUNKLETS);

    private final RegionCutter cutter = new RegionCutter(0.05, 2);

    @Test
    public void givesAChunkletThatABorderFallsIntoToTheSlowerSide() {
        // 8 samples in each chunklet; the border lies in the middle of the fourth
        assertEquals(3, second(200, 100, 28).firstChunklet());
        assertEquals(4, second(100, 200, 28).firstChunklet());
        assertEquals(4, second(200, 100, 32).firstChunklet());
        assertEquals(4, second(100, 200, 32).firstChunklet());
    }

    @Test
    public void coversAllChunkletsAndLeavesOutWhatCouldNotBeRead() {
        final List<ProfileSample> samples = samples(200, 100, 32);
        samples.set(5, new ProfileSample(samples.get(5).offsetBytes(), Performance.UNKNOWN));
        final List<ProfileRegion> regions = Regions.of(LAYOUT, samples, cutter);
        assertEquals(2, regions.size());
        assertEquals(0, regions.get(0).firstChunklet());
        assertEquals(CHUNKLETS, regions.get(0).chunkletCount() + regions.get(1).chunkletCount());
    }

    @Test
    public void isOneUnknownRegionWhenNothingCouldBeRead() {
        assertEquals(
                List.of(new ProfileRegion(0, CHUNKLETS, Performance.UNKNOWN)),
                Regions.of(LAYOUT, List.of(new ProfileSample(1 << 20, Performance.UNKNOWN)), cutter));
    }

    private ProfileRegion second(final double before, final double after, final int cut) {
        final List<ProfileRegion> regions = Regions.of(LAYOUT, samples(before, after, cut), cutter);
        assertEquals(2, regions.size());
        return regions.get(1);
    }

    private static List<ProfileSample> samples(final double before, final double after, final int cut) {
        final List<ProfileSample> samples = new ArrayList<>();
        for (int i = 0; i < SAMPLES; i++) {
            final double speed = i < cut ? before : after;
            final long offset = LAYOUT.dataOffset() + (long) CHUNKLET_BYTES * CHUNKLETS / SAMPLES * i + (512 << 10);
            samples.add(new ProfileSample(offset, new Performance(speed, speed, 1e6 / speed, 0, 0, 0)));
        }
        return samples;
    }
}
