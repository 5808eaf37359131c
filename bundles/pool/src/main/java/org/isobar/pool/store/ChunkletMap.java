package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.isobar.api.pool.ChunkletClasses;
import org.isobar.api.profile.PerformanceClass;
import org.isobar.api.profile.ProfileRegion;

/** Which chunklets are of which class. Immutable. */
final class ChunkletMap {
    /** No device was measured. */
    static final ChunkletMap EMPTY = new ChunkletMap(List.of());

    private final List<PerformanceClass> classes;
    private final Map<UUID, List<Run>> runs = new HashMap<>();

    /**
     * Prepares.
     *
     * @throws org.isobar.api.StorageException IO when a chunklet is of two classes, or a class has no name of its own
     */
    ChunkletMap(final List<PerformanceClass> classes) {
        this.classes = List.copyOf(classes);
        final Set<String> names = new TreeSet<>();
        for (int index = 0; index < classes.size(); index++) {
            final PerformanceClass one = classes.get(index);
            MemberState.require(
                    names.add(one.name()) && !one.name().equals(ChunkletClasses.ANY), "class=" + one.name());
            for (final PerformanceClass.Part part : one.parts()) {
                final ProfileRegion region = part.region();
                runs.computeIfAbsent(part.device(), key -> new ArrayList<>())
                        .add(new Run(
                                region.firstChunklet(), (long) region.firstChunklet() + region.chunkletCount(), index));
            }
        }
        runs.forEach((device, own) -> {
            own.sort(Comparator.comparingLong(Run::first));
            for (int i = 1; i < own.size(); i++) {
                MemberState.require(
                        own.get(i - 1).end() <= own.get(i).first(),
                        "device=" + device + " chunklet=" + own.get(i).first() + " is of two classes");
            }
        });
    }

    /** Neighbours of one class, from {@code first} to before {@code end}. */
    private record Run(long first, long end, int index) {}

    /** Fastest first. */
    List<PerformanceClass> classes() {
        return classes;
    }

    /** Number of a class by speed, or -1 when there is none of that name. */
    int index(final String name) {
        for (int i = 0; i < classes.size(); i++) {
            if (classes.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether any chunklet of the device is of a class. */
    boolean measured(final UUID device) {
        return runs.containsKey(device);
    }

    /** Number of the class of a chunklet, or -1 when it is of none. */
    int classOf(final UUID device, final int chunklet) {
        for (final Run run : runs.getOrDefault(device, List.of())) {
            if (chunklet >= run.first() && chunklet < run.end()) {
                return run.index();
            }
        }
        return -1;
    }

    /** Whether a chunklet serves a pool of this class. */
    boolean serves(final UUID device, final int chunklet, final String name) {
        if (name.equals(ChunkletClasses.ANY)) {
            return true;
        }
        final int index = classOf(device, chunklet);
        return index >= 0 && classes.get(index).name().equals(name);
    }

    /**
     * Chunklets of a device that are of a class.
     *
     * @param total chunklets that the device has
     */
    int count(final UUID device, final String name, final int total) {
        final int index = index(name);
        long count = 0;
        for (final Run run : runs.getOrDefault(device, List.of())) {
            count += run.index() == index ? Math.max(0, Math.min(run.end(), total) - run.first()) : 0;
        }
        return (int) count;
    }

    /** Devices that have chunklets of a class. */
    List<UUID> devices(final String name) {
        final int index = index(name);
        return runs.entrySet().stream()
                .filter(entry -> entry.getValue().stream().anyMatch(run -> run.index() == index))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }
}
