package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceState;
import org.isobar.common.lane.Lane;
import org.isobar.pool.store.DocumentRecord.DeviceForgotten;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets devices in and out of the open store: a device that serves first gets the metadata, then its columns are used; a
 * device that is gone is taken off the list of those that must be there at the next start. One step at a time for each
 * device. Control lane.
 */
final class DeviceWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceWatch.class);

    private final Lane control;
    private final Metadata metadata;
    private final StoreDevices door;
    private final UsableDevices devices;
    private final SetUpkeep upkeep;
    private final Capacity capacity;
    private final long retryNs;
    private final Map<UUID, CompletionStage<Void>> steps = new HashMap<>();
    private final Map<UUID, String> refused = new ConcurrentSkipListMap<>();
    private final Set<UUID> removed = new HashSet<>();
    private boolean stopped;

    DeviceWatch(
            final Lane control,
            final Metadata metadata,
            final StoreDevices door,
            final UsableDevices devices,
            final SetUpkeep upkeep,
            final Capacity capacity,
            final long retryNs) {
        this.control = control;
        this.metadata = metadata;
        this.door = door;
        this.devices = devices;
        this.upkeep = upkeep;
        this.capacity = capacity;
        this.retryNs = retryNs;
    }

    /** The log is open: devices that it is not kept on count as missing until they have it. */
    void opened() {
        for (final Device device : door.directory().devices()) {
            if (!metadata.active(device.uuid())) {
                devices.bar(device.uuid(), true);
            }
        }
        look();
    }

    /** Looks at everything now and again: log and sets drop a device that fails without a word. */
    private void look() {
        if (stopped) {
            return;
        }
        for (final Device device : door.directory().devices()) {
            if (device.state() == DeviceState.ONLINE
                    && !metadata.active(device.uuid())
                    && !steps.containsKey(device.uuid())) {
                arrived(device);
            }
        }
        upkeep.requestReview();
        control.schedule(this::look, retryNs);
    }

    void stop() {
        stopped = true;
    }

    /** A device serves, for the first time or again. */
    void arrived(final Device device) {
        if (!metadata.active(device.uuid())) {
            devices.bar(device.uuid(), true);
        }
        step(device.uuid(), () -> admit(device));
    }

    /** A device is gone. */
    void lost(final Device device) {
        devices.bar(device.uuid(), true);
        upkeep.deviceLost(device.uuid());
        step(device.uuid(), () -> dismiss(device));
    }

    /** The device is out of the member; no more is done with it. */
    void removed(final UUID uuid) {
        removed.add(uuid);
        refused.remove(uuid);
    }

    /** What keeps devices out. Any thread. */
    List<String> warnings() {
        final List<String> notes = new ArrayList<>();
        refused.forEach((uuid, why) -> notes.add("device is not used: device=" + uuid + " " + why));
        return notes;
    }

    private void step(final UUID uuid, final Supplier<CompletionStage<Void>> what) {
        final CompletionStage<Void> before = steps.getOrDefault(uuid, CompletableFuture.completedStage(null));
        final CompletionStage<Void> step = before.exceptionally(failure -> null).thenCompose(nothing -> what.get());
        steps.put(uuid, step);
        step.whenComplete((nothing, failure) -> steps.remove(uuid, step));
    }

    private CompletionStage<Void> admit(final Device device) {
        final UUID uuid = device.uuid();
        if (stopped || removed.contains(uuid) || device.state() != DeviceState.ONLINE) {
            return CompletableFuture.completedStage(null);
        }
        if (metadata.state().deviceRemoved(uuid)) {
            removed.add(uuid);
            return door.forget()
                    .apply(uuid)
                    .thenCompose(nothing -> metadata.append(new DeviceForgotten(uuid)))
                    .exceptionally(failure -> refuse(uuid, "it was removed: " + Failures.message(failure)));
        }
        return metadata.activate(device).handle((nothing, failure) -> {
            if (failure != null) {
                return refuse(uuid, Failures.message(failure));
            }
            refused.remove(uuid);
            if (device.state() == DeviceState.ONLINE) {
                devices.bar(uuid, false);
                upkeep.deviceServes(uuid);
                capacity.changed();
            }
            return null;
        });
    }

    /** Also when it is back already: what it had not flushed may be lost, so it gets the metadata anew. */
    private CompletionStage<Void> dismiss(final Device device) {
        if (stopped) {
            return CompletableFuture.completedStage(null);
        }
        return metadata.deactivate(device.uuid()).exceptionally(failure -> {
            LOG.warn("device.deactivate.failed device={} why={}", device.uuid(), Failures.message(failure));
            return null;
        });
    }

    private Void refuse(final UUID uuid, final String why) {
        if (!why.equals(refused.put(uuid, why))) {
            LOG.warn("device.refused device={} why={}", uuid, why);
        }
        return null;
    }
}
