package org.isobar.profiler;

import static org.junit.Assert.assertEquals;

import java.util.List;
import org.isobar.api.profile.Performance;
import org.isobar.api.profile.ProfileSample;
import org.junit.Test;

public final class DriftTest {
    private final List<ProfileSample> before =
            List.of(Profiles.sample(0, 200), Profiles.sample(1000, 150), Profiles.sample(2000, 100));

    @Test
    public void isTheMedianPlacesChange() {
        assertEquals(0, Drift.percent(before, before));
        assertEquals(
                25,
                Drift.percent(
                        before,
                        List.of(Profiles.sample(0, 160), Profiles.sample(1000, 120), Profiles.sample(2000, 10))));
    }

    @Test
    public void comparesWithTheNearestPlace() {
        assertEquals(
                0,
                Drift.percent(
                        before,
                        List.of(Profiles.sample(100, 200), Profiles.sample(900, 150), Profiles.sample(1900, 100))));
    }

    @Test
    public void isNothingWhereNothingCanBeCompared() {
        final List<ProfileSample> unknown = List.of(new ProfileSample(0, Performance.UNKNOWN));
        assertEquals(0, Drift.percent(List.of(), before));
        assertEquals(0, Drift.percent(unknown, before));
        assertEquals(0, Drift.percent(before, unknown));
    }
}
