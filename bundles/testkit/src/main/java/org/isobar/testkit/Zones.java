package org.isobar.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.isobar.api.profile.Performance;
import org.isobar.api.profile.PerformanceClass;
import org.isobar.api.profile.PerformanceClass.Part;
import org.isobar.api.profile.ProfileRegion;

/** Classes as a profiler would make them of devices with zones. */
public final class Zones {
    private static final double FASTEST_MIB_PER_S = 200;
    private static final double FASTEST_PER_S = 160;

    private Zones() {}

    /**
     * One class for each zone, {@code class-1} the fastest, each half as fast as the one before, on all devices alike.
     *
     * @param starts first chunklet of each zone, ascending, 0 first
     * @param chunklets that each device has
     */
    public static List<PerformanceClass> on(final List<UUID> devices, final List<Integer> starts, final int chunklets) {
        final List<PerformanceClass> classes = new ArrayList<>();
        for (int zone = 0; zone < starts.size(); zone++) {
            final int first = starts.get(zone);
            final int end = zone + 1 < starts.size() ? starts.get(zone + 1) : chunklets;
            final Performance performance = performance(zone);
            final List<Part> parts = devices.stream()
                    .map(device -> new Part(device, new ProfileRegion(first, end - first, performance)))
                    .toList();
            classes.add(new PerformanceClass(
                    "class-" + (zone + 1), performance, (long) (end - first) * devices.size(), parts));
        }
        return classes;
    }

    /** What a chunklet of a zone does: 200 MiB/s and 160 small requests a second in the first, read and written alike. */
    public static Performance performance(final int zone) {
        final double share = 1.0 / (1 << zone);
        final double mibPerS = FASTEST_MIB_PER_S * share;
        final double perS = FASTEST_PER_S * share;
        final double latencyUs = 1_000_000 / perS;
        return new Performance(mibPerS, perS, latencyUs, mibPerS, perS, latencyUs);
    }
}
