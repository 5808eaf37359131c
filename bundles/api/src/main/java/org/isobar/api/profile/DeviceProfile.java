package org.isobar.api.profile;

import java.util.List;
import java.util.UUID;

/**
 * How a device performs over its LBN space. Kept with the devices; the next one takes its place.
 *
 * @param device which
 * @param version 1 for the first profile of the device, counting up
 * @param takenWallMs when it was finished, ms since 1970
 * @param direct whether it was measured past the page cache; else it tells more of memory than of the device
 * @param repetitions how often each place was measured
 * @param driftPercent by how much the median place differs from the profile before; 0 for the first
 * @param samples by offset
 * @param regions cover all chunklets, in order
 */
public record DeviceProfile(
        UUID device,
        int version,
        long takenWallMs,
        boolean direct,
        int repetitions,
        int driftPercent,
        List<ProfileSample> samples,
        List<ProfileRegion> regions) {
    /** Takes copies of the lists. */
    public DeviceProfile {
        samples = List.copyOf(samples);
        regions = List.copyOf(regions);
    }
}
