package org.isobar.profiler;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.isobar.api.profile.DeviceProfile;
import org.isobar.api.profile.Performance;
import org.isobar.api.profile.ProfileRegion;
import org.isobar.api.profile.ProfileSample;

/** Profiles made up for tests. */
final class Profiles {
    private Profiles() {}

    static Performance performance(final double mibPerS, final double readsPerS) {
        return new Performance(mibPerS, readsPerS, 1e6 / readsPerS, 0, 0, 0);
    }

    static ProfileSample sample(final long offset, final double mibPerS) {
        return new ProfileSample(offset, performance(mibPerS, 100));
    }

    /** A device whose regions of 10 chunklets each have these bandwidths. */
    static DeviceProfile profile(final long device, final double readsPerS, final double... mibPerS) {
        final List<ProfileRegion> regions = new ArrayList<>();
        final List<ProfileSample> samples = new ArrayList<>();
        for (int i = 0; i < mibPerS.length; i++) {
            regions.add(new ProfileRegion(i * 10, 10, performance(mibPerS[i], readsPerS)));
            samples.add(new ProfileSample(i * 4096L, performance(mibPerS[i], readsPerS)));
        }
        return new DeviceProfile(new UUID(0, device), 1, 1000, true, 5, 0, samples, regions);
    }
}
