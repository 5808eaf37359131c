package org.isobar.pool.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.ToIntFunction;

/**
 * The ACTIVE list and who of it serves. The list changes by one device at a time, and a change counts only when a
 * strict majority of the new list has it on stable media. So any two majorities of neighbouring lists share a device,
 * and no set of devices that were dropped can ever be taken for the newest.
 */
final class ActiveList {
    private final Map<UUID, LogDevice> serving = new TreeMap<>();
    private final Deque<UUID> failed = new ArrayDeque<>();
    private List<UUID> active;

    ActiveList(final List<UUID> active, final Collection<LogDevice> serving) {
        this.active = List.copyOf(active);
        serving.forEach(device -> this.serving.put(device.uuid(), device));
        active.stream().filter(uuid -> !this.serving.containsKey(uuid)).forEach(failed::add);
    }

    /** The list as it stands, in UUID order. */
    List<UUID> active() {
        return active;
    }

    /** Devices that have all that was written so far. */
    Collection<LogDevice> serving() {
        return serving.values();
    }

    boolean serves(final UUID uuid) {
        return serving.containsKey(uuid);
    }

    /** The device that must come off the list next, or null. */
    UUID firstFailed() {
        return failed.peek();
    }

    /** The device missed something, or is to go. */
    void fail(final UUID uuid) {
        serving.remove(uuid);
        failed.add(uuid);
    }

    /** The device has all that was written so far. */
    void join(final LogDevice device) {
        serving.put(device.uuid(), device);
    }

    List<UUID> without(final UUID uuid) {
        return active.stream().filter(other -> !other.equals(uuid)).toList();
    }

    List<UUID> with(final UUID uuid) {
        final List<UUID> next = new ArrayList<>(active);
        next.add(uuid);
        next.sort(null);
        return next;
    }

    /** Whether a strict majority of a list serves. */
    boolean majorityOf(final List<UUID> list) {
        return majority(list, serving.keySet());
    }

    /** Whether a strict majority of a list is there. */
    static boolean majority(final List<UUID> list, final Collection<UUID> there) {
        return 2 * list.stream().filter(there::contains).count() > list.size();
    }

    /** Whether the list could do without a device that serves. */
    boolean survivesWithout(final UUID uuid) {
        final List<UUID> next = without(uuid);
        return majority(
                next,
                serving.keySet().stream().filter(other -> !other.equals(uuid)).toList());
    }

    /** Bytes that are left in the present half of every serving device. */
    int roomBytes() {
        return serving.values().stream().mapToInt(LogDevice::roomBytes).min().orElse(0);
    }

    /** The smallest of the serving devices' limits. */
    int smallest(final ToIntFunction<SystemArea> limit) {
        return serving.values().stream()
                .mapToInt(device -> limit.applyAsInt(device.area()))
                .min()
                .orElse(0);
    }

    /** The new list is on a majority of it. */
    void become(final List<UUID> list) {
        active = List.copyOf(list);
        failed.removeIf(uuid -> !list.contains(uuid));
    }
}
