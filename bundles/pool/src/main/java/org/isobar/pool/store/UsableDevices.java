package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceDirectory;
import org.isobar.api.device.DeviceState;
import org.isobar.api.device.HealthState;
import org.isobar.api.pool.ChunkletClasses;
import org.isobar.common.Check;
import org.isobar.pool.store.SetPlanner.Room;

/**
 * The devices that chunklets can be taken from, and the chunklets promised but not yet in the metadata. Changed on the
 * control lane.
 */
final class UsableDevices {
    /** A device lends chunklets only while it has more than so many free: a set that is formed meanwhile must find its own. */
    private static final int LOAN_FREE_MIN = 2;

    private final DeviceDirectory directory;
    private final MemberState state;
    private final Set<UUID> draining = ConcurrentHashMap.newKeySet();
    private final Set<UUID> barred = ConcurrentHashMap.newKeySet();
    private final Map<UUID, Set<Integer>> promised = new ConcurrentHashMap<>();

    UsableDevices(final DeviceDirectory directory, final MemberState state) {
        this.directory = directory;
        this.state = state;
    }

    /** The device if it serves and carries the metadata. Any thread. */
    Optional<Device> online(final UUID uuid) {
        return directory.find(uuid).filter(device -> device.state() == DeviceState.ONLINE && !barred.contains(uuid));
    }

    /** Devices that serve and take new chunklets. Any thread. */
    List<Device> all() {
        final List<Device> found = new ArrayList<>();
        for (final Device device : directory.devices()) {
            if (device.state() == DeviceState.ONLINE
                    && !draining.contains(device.uuid())
                    && !barred.contains(device.uuid())
                    && !state.deviceRemoved(device.uuid())) {
                found.add(device);
            }
        }
        return found;
    }

    /** Chunklet length that most devices have; sets are formed of these. Any thread. */
    long chunkletBytes() {
        final Map<Long, Long> counts = new HashMap<>();
        all().forEach(device -> counts.merge(device.layout().chunkletBytes(), 1L, Long::sum));
        return counts.entrySet().stream()
                .max(Map.Entry.<Long, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .orElse(0L);
    }

    /** What the devices with that chunklet length have to offer. Any thread. */
    List<Room> rooms(final long chunkletBytes) {
        return rooms(chunkletBytes, ChunkletClasses.ANY);
    }

    /** As above, of one performance class; devices without a chunklet of it are left out. Any thread. */
    List<Room> rooms(final long chunkletBytes, final String performanceClass) {
        final List<Room> rooms = new ArrayList<>();
        for (final Device device : all()) {
            final int total = total(device, performanceClass);
            if (device.layout().chunkletBytes() == chunkletBytes && total > 0) {
                rooms.add(new Room(device.uuid(), free(device, performanceClass), total));
            }
        }
        rooms.sort(Comparator.comparing(Room::device));
        return rooms;
    }

    /** Of the {@link #rooms}, those on devices that nothing speaks against. Any thread. */
    List<Room> trustedRooms(final long chunkletBytes, final String performanceClass) {
        return rooms(chunkletBytes, performanceClass).stream()
                .filter(room -> directory
                        .find(room.device())
                        .filter(device -> device.health().compareTo(HealthState.SUSPECT) < 0)
                        .isPresent())
                .toList();
    }

    /** Chunklets of a device that are of a class, in use or not. */
    private int total(final Device device, final String performanceClass) {
        final int all = device.layout().chunkletCount();
        return performanceClass.equals(ChunkletClasses.ANY)
                ? all
                : state.classes().count(device.uuid(), performanceClass, all);
    }

    /** Chunklets of a device, of a class, that nobody has. Any thread. */
    int free(final Device device, final String performanceClass) {
        final boolean any = performanceClass.equals(ChunkletClasses.ANY);
        final int used =
                any ? state.chunkletsUsed(device.uuid()) : state.chunkletsUsed(device.uuid(), performanceClass);
        int promises = 0;
        for (final int chunklet : promised.getOrDefault(device.uuid(), Set.of())) {
            promises += state.classes().serves(device.uuid(), chunklet, performanceClass) ? 1 : 0;
        }
        return total(device, performanceClass) - used - promises;
    }

    /** Takes a free chunklet of a device, of a class, until {@link #settle}; the device has one. */
    int promise(final Device device, final String performanceClass) {
        final Set<Integer> promises = promised.computeIfAbsent(device.uuid(), key -> ConcurrentHashMap.newKeySet());
        int chunklet = state.nextFreeChunklet(device.uuid(), 0);
        while (promises.contains(chunklet) || !state.classes().serves(device.uuid(), chunklet, performanceClass)) {
            chunklet = state.nextFreeChunklet(device.uuid(), chunklet + 1);
            Check.that(chunklet < device.layout().chunkletCount(), "promised a chunklet that there is not");
        }
        promises.add(chunklet);
        return chunklet;
    }

    /** What keeps sets of a class from being formed, and what would help, for people. Any thread. */
    String shortage(final String performanceClass) {
        if (performanceClass.equals(ChunkletClasses.ANY)) {
            return "add a device or delete volumes";
        }
        final List<Device> usable = all();
        final long unmeasured = usable.stream()
                .filter(device -> !state.classes().measured(device.uuid()))
                .count();
        final long withFree = usable.stream()
                .filter(device -> free(device, performanceClass) > 0)
                .count();
        return "class=" + performanceClass + " devicesWithFreeChunkletsOfIt=" + withFree + " devicesNeverMeasured="
                + unmeasured + "; measure devices (device:measure), add one, delete or move volumes of pools of that"
                + " class, or give the pool another class (pool:class)";
    }

    /**
     * Takes this very chunklet until {@link #settle}, if nobody has it and enough others stay free that nobody misses it.
     *
     * @return whether it was taken
     */
    boolean promise(final Device device, final int chunklet) {
        return free(device, ChunkletClasses.ANY) > LOAN_FREE_MIN
                && state.nextFreeChunklet(device.uuid(), chunklet) == chunklet
                && promised.computeIfAbsent(device.uuid(), key -> ConcurrentHashMap.newKeySet())
                        .add(chunklet);
    }

    /** The metadata has the chunklet now, or nobody needs it any more. */
    void settle(final UUID device, final int chunklet) {
        promised.get(device).remove(chunklet);
    }

    /** Whether a chunklet of the device is promised. */
    boolean promises(final UUID device) {
        return !promised.getOrDefault(device, Set.of()).isEmpty();
    }

    /** The device is being emptied: no new chunklets on it. */
    void drain(final UUID device, final boolean drains) {
        if (drains) {
            draining.add(device);
        } else {
            draining.remove(device);
        }
    }

    boolean draining(final UUID device) {
        return draining.contains(device);
    }

    /** The device does not carry the metadata (yet), or carries another member's: it counts as missing. */
    void bar(final UUID device, final boolean bars) {
        if (bars) {
            barred.add(device);
        } else {
            barred.remove(device);
        }
    }
}
