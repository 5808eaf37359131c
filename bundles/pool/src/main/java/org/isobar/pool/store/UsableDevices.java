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
        final List<Room> rooms = new ArrayList<>();
        for (final Device device : all()) {
            if (device.layout().chunkletBytes() == chunkletBytes) {
                rooms.add(new Room(device.uuid(), free(device), device.layout().chunkletCount()));
            }
        }
        rooms.sort(Comparator.comparing(Room::device));
        return rooms;
    }

    /** Of the {@link #rooms}, those on devices that nothing speaks against. Any thread. */
    List<Room> trustedRooms(final long chunkletBytes) {
        return rooms(chunkletBytes).stream()
                .filter(room -> directory
                        .find(room.device())
                        .filter(device -> device.health().compareTo(HealthState.SUSPECT) < 0)
                        .isPresent())
                .toList();
    }

    /** Chunklets of a device that nobody has. */
    int free(final Device device) {
        final Set<Integer> promises = promised.get(device.uuid());
        return device.layout().chunkletCount()
                - state.chunkletsUsed(device.uuid())
                - (promises == null ? 0 : promises.size());
    }

    /** Takes a free chunklet of a device until {@link #settle}; the device has one. */
    int promise(final Device device) {
        final Set<Integer> promises = promised.computeIfAbsent(device.uuid(), key -> ConcurrentHashMap.newKeySet());
        int chunklet = state.nextFreeChunklet(device.uuid(), 0);
        while (promises.contains(chunklet)) {
            chunklet = state.nextFreeChunklet(device.uuid(), chunklet + 1);
        }
        promises.add(chunklet);
        return chunklet;
    }

    /**
     * Takes this very chunklet until {@link #settle}, if nobody has it and enough others stay free that nobody misses it.
     *
     * @return whether it was taken
     */
    boolean promise(final Device device, final int chunklet) {
        return free(device) > LOAN_FREE_MIN
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
