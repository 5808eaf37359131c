package org.isobar.profiler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.isobar.api.profile.DeviceProfile;
import org.isobar.api.profile.Performance;
import org.isobar.api.profile.PerformanceClass;
import org.isobar.api.profile.PerformanceClass.Part;

/**
 * Puts like regions of all devices together: those that differ least first, as long as the two most unlike ones of what comes together
 * (complete linkage) differ by no more than the spread, then on until there are no more classes than wanted. What counts is read
 * bandwidth and random reads, whichever differs more. Pure: the same profiles give the same classes.
 */
final class ClassMaker {
    private final double spread;
    private final int most;

    /**
     * Prepares.
     *
     * @param spread how much regions of a class may differ, as a share
     * @param most classes at most, 1 or more
     */
    ClassMaker(final double spread, final int most) {
        this.spread = Math.log1p(spread);
        this.most = most;
    }

    /** The classes, fastest first; regions of unknown performance are in none. */
    List<PerformanceClass> classes(final List<DeviceProfile> profiles) {
        final List<List<Part>> groups = new ArrayList<>();
        for (final DeviceProfile profile : profiles) {
            profile.regions().stream()
                    .filter(region -> region.performance().known())
                    .forEach(region -> groups.add(new ArrayList<>(List.of(new Part(profile.device(), region)))));
        }
        while (groups.size() > 1 && joinNearest(groups)) {
            // until the nearest are too far
        }
        groups.sort(Comparator.comparingDouble(ClassMaker::speed).reversed());
        final List<PerformanceClass> classes = new ArrayList<>();
        for (final List<Part> parts : groups) {
            parts.sort(Comparator.comparing(Part::device)
                    .thenComparingInt(part -> part.region().firstChunklet()));
            classes.add(new PerformanceClass(
                    "class-" + (classes.size() + 1),
                    performance(parts),
                    parts.stream()
                            .mapToLong(part -> part.region().chunkletCount())
                            .sum(),
                    parts));
        }
        return classes;
    }

    private boolean joinNearest(final List<List<Part>> groups) {
        int one = 0;
        int other = 0;
        double nearest = Double.POSITIVE_INFINITY;
        for (int i = 0; i < groups.size(); i++) {
            for (int j = i + 1; j < groups.size(); j++) {
                final double distance = distance(groups.get(i), groups.get(j));
                if (distance < nearest) {
                    nearest = distance;
                    one = i;
                    other = j;
                }
            }
        }
        if (nearest > spread && groups.size() <= most) {
            return false;
        }
        groups.get(one).addAll(groups.remove(other));
        return true;
    }

    private static double distance(final List<Part> some, final List<Part> others) {
        double largest = 0;
        for (final Part one : some) {
            for (final Part other : others) {
                final Performance here = one.region().performance();
                final Performance there = other.region().performance();
                largest = Math.max(largest, Math.abs(Math.log(here.readMibPerS() / there.readMibPerS())));
                largest = Math.max(largest, Math.abs(Math.log(here.readsPerS() / there.readsPerS())));
            }
        }
        return largest;
    }

    private static double speed(final List<Part> parts) {
        final Performance all = performance(parts);
        return Math.log(all.readMibPerS()) + Math.log(all.readsPerS());
    }

    private static Performance performance(final List<Part> parts) {
        final List<Part> written = parts.stream()
                .filter(part -> part.region().performance().writesKnown())
                .toList();
        return new Performance(
                median(parts, Performance::readMibPerS),
                median(parts, Performance::readsPerS),
                median(parts, Performance::readLatencyUs),
                median(written, Performance::writeMibPerS),
                median(written, Performance::writesPerS),
                median(written, Performance::writeLatencyUs));
    }

    /** Each chunklet counts. */
    private static double median(final List<Part> parts, final ToDoubleFunction<Performance> quantity) {
        final List<Part> sorted = new ArrayList<>(parts);
        sorted.sort(Comparator.comparingDouble(
                part -> quantity.applyAsDouble(part.region().performance())));
        final long all =
                sorted.stream().mapToLong(part -> part.region().chunkletCount()).sum();
        long passed = 0;
        for (final Part part : sorted) {
            passed += part.region().chunkletCount();
            if (2 * passed >= all) {
                return quantity.applyAsDouble(part.region().performance());
            }
        }
        return 0;
    }
}
