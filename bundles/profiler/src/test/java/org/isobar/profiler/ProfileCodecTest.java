package org.isobar.profiler;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.isobar.api.catalog.Catalog;
import org.isobar.api.profile.DeviceProfile;
import org.isobar.api.profile.Performance;
import org.isobar.api.profile.ProfileRegion;
import org.isobar.api.profile.ProfileSample;
import org.junit.Test;

public final class ProfileCodecTest {
    @Test
    public void readsWhatItWrote() {
        final Performance all = new Performance(200.5, 151, 6622, 180, 140, 7000);
        final DeviceProfile profile = new DeviceProfile(
                new UUID(5, 6),
                3,
                1_700_000_000_000L,
                true,
                5,
                12,
                List.of(new ProfileSample(1L << 40, all), new ProfileSample(1L << 41, Performance.UNKNOWN)),
                List.of(new ProfileRegion(0, 7, all)));
        assertEquals(profile, ProfileCodec.decode(ProfileCodec.encode(profile)));
    }

    @Test
    public void fitsIntoTheCatalogAtItsLongest() {
        final List<ProfileSample> samples = new ArrayList<>();
        final List<ProfileRegion> regions = new ArrayList<>();
        for (int i = 0; i < ProfilerSettings.PLACES_MAX; i++) {
            samples.add(new ProfileSample(i, Performance.UNKNOWN));
        }
        // A region has a hundredth of the places at least.
        for (int i = 0; i < 100; i++) {
            regions.add(new ProfileRegion(i, 1, Performance.UNKNOWN));
        }
        final byte[] document =
                ProfileCodec.encode(new DeviceProfile(new UUID(1, 1), 1, 1, true, 1, 0, samples, regions));
        assertTrue(document.length <= Catalog.MAX_VALUE_BYTES);
    }

    @Test
    public void refusesEveryDamagedByteAndEveryCut() {
        final byte[] document = ProfileCodec.encode(Profiles.profile(1, 100, 200, 100));
        for (int i = 0; i < document.length; i++) {
            document[i] ^= 1;
            assertThrows("byte " + i, IllegalArgumentException.class, () -> ProfileCodec.decode(document));
            document[i] ^= 1;
        }
        for (int i = 0; i < document.length; i++) {
            final byte[] cut = java.util.Arrays.copyOf(document, i);
            assertThrows("length " + i, IllegalArgumentException.class, () -> ProfileCodec.decode(cut));
        }
    }
}
