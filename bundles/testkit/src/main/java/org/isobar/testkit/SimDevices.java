package org.isobar.testkit;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceDirectory;
import org.isobar.api.device.DeviceListener;
import org.isobar.api.device.HealthKeeper;

/** A directory of devices that the test pulls and plugs; listeners hear of it on the control lane. */
public final class SimDevices implements DeviceDirectory {
    private final Simulation sim;
    private final Map<UUID, Device> devices = new TreeMap<>();
    private final Set<DeviceListener> listeners = new LinkedHashSet<>();
    private BiConsumer<Map<UUID, byte[]>, HealthKeeper> recall = (kept, keeper) -> {};

    public SimDevices(final Simulation sim, final List<? extends Device> devices) {
        this.sim = sim;
        devices.forEach(device -> this.devices.put(device.uuid(), device));
    }

    /** Adds a device, bare or wrapped. */
    public void add(final Device device) {
        onControl(() -> {
            devices.put(device.uuid(), device);
            heard().forEach(listener -> listener.deviceAdded(device));
        });
    }

    /** Pulls a device. */
    public void lose(final UUID uuid) {
        simulated(uuid).lose();
        onControl(() -> heard().forEach(listener -> listener.deviceLost(devices.get(uuid))));
    }

    /** Plugs a pulled device in again. */
    public void comeBack(final UUID uuid) {
        simulated(uuid).comeBack();
        onControl(() -> heard().forEach(listener -> listener.deviceReturned(devices.get(uuid))));
    }

    /** Why a listener needs the device, empty when none does; on the control lane. */
    public String needs(final UUID uuid) {
        return heard().stream()
                .map(listener -> listener.needs(devices.get(uuid)))
                .filter(need -> !need.isEmpty())
                .findFirst()
                .orElse("");
    }

    @Override
    public List<Device> devices() {
        return List.copyOf(devices.values());
    }

    @Override
    public Optional<Device> find(final UUID uuid) {
        return Optional.ofNullable(devices.get(uuid));
    }

    @Override
    public void addListener(final DeviceListener listener) {
        onControl(() -> {
            listeners.add(listener);
            devices().forEach(listener::deviceAdded);
        });
    }

    @Override
    public void removeListener(final DeviceListener listener) {
        onControl(() -> listeners.remove(listener));
    }

    /** Who takes in what was kept of the devices' health, on the control lane. */
    public void onRecall(final BiConsumer<Map<UUID, byte[]>, HealthKeeper> takes) {
        recall = takes;
    }

    @Override
    public CompletionStage<Void> recall(final Map<UUID, byte[]> kept, final HealthKeeper keeper) {
        return CompletableFuture.runAsync(
                () -> recall.accept(kept, keeper), sim.lanes().control());
    }

    private List<DeviceListener> heard() {
        return new ArrayList<>(listeners);
    }

    private void onControl(final Runnable task) {
        sim.lanes().control().execute(task);
    }

    private SimDevice simulated(final UUID uuid) {
        Device device = devices.get(uuid);
        while (device instanceof WrappedDevice wrapped) {
            device = wrapped.inner();
        }
        if (device instanceof SimDevice simulated) {
            return simulated;
        }
        throw new AssertionError("no simulated device " + uuid);
    }
}
