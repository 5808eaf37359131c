package org.isobar.profiler;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.UUID;
import org.isobar.api.profile.DeviceProfile;
import org.isobar.api.profile.Performance;
import org.isobar.api.profile.PerformanceClass;
import org.isobar.api.profile.ProfileRegion;
import org.junit.Test;

public final class ClassMakerTest {
    private final ClassMaker maker = new ClassMaker(0.25, 4);

    @Test
    public void putsLikeRegionsOfDevicesTogether() {
        final List<PerformanceClass> classes =
                maker.classes(List.of(Profiles.profile(1, 150, 200, 150, 100), Profiles.profile(2, 150, 210, 155, 95)));
        assertEquals(3, classes.size());
        for (final PerformanceClass one : classes) {
            assertEquals(2, one.parts().size());
            assertEquals(20, one.chunkletCount());
            assertEquals(
                    List.of(new UUID(0, 1), new UUID(0, 2)),
                    one.parts().stream().map(PerformanceClass.Part::device).toList());
        }
        assertEquals("class-1", classes.get(0).name());
        assertEquals(200, classes.get(0).performance().readMibPerS(), 10);
        assertEquals("class-3", classes.get(2).name());
        assertEquals(100, classes.get(2).performance().readMibPerS(), 5);
    }

    @Test
    public void keepsDevicesOfUnlikeKindsApart() {
        final List<PerformanceClass> classes =
                maker.classes(List.of(Profiles.profile(1, 150, 200), Profiles.profile(2, 50_000, 210)));
        assertEquals(2, classes.size());
        assertEquals(new UUID(0, 2), classes.get(0).parts().get(0).device());
    }

    @Test
    public void noTwoRegionsOfAClassDifferByMoreThanTheSpread() {
        final List<PerformanceClass> classes = maker.classes(List.of(Profiles.profile(1, 150, 100, 115, 130, 150)));
        for (final PerformanceClass one : classes) {
            final double[] speeds = one.parts().stream()
                    .mapToDouble(part -> part.region().performance().readMibPerS())
                    .sorted()
                    .toArray();
            assertTrue(speeds[speeds.length - 1] / speeds[0] <= 1.25);
        }
        assertEquals(3, classes.size());
    }

    @Test
    public void joinsTheNearestWhenThereWouldBeTooMany() {
        final List<PerformanceClass> classes =
                new ClassMaker(0.01, 2).classes(List.of(Profiles.profile(1, 150, 400, 380, 100, 90)));
        assertEquals(2, classes.size());
        assertEquals(20, classes.get(0).chunkletCount());
    }

    @Test
    public void leavesOutWhatIsNotKnown() {
        final DeviceProfile unread = new DeviceProfile(
                new UUID(0, 9), 1, 0, true, 5, 0, List.of(), List.of(new ProfileRegion(0, 10, Performance.UNKNOWN)));
        assertEquals(List.of(), maker.classes(List.of(unread)));
        assertEquals(
                1, maker.classes(List.of(unread, Profiles.profile(1, 150, 100))).size());
        assertEquals(List.of(), maker.classes(List.of()));
    }
}
