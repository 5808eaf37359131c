package org.isobar.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceListener;
import org.isobar.common.lane.Lane;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners of devices on the control lane, each listener of each device exactly once. Any thread may call. */
final class DeviceEvents {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceEvents.class);

    private final Lane control;
    /** Who wants to hear; the ones who have heard of all announced devices are also in {@link #listeners}. */
    private final Set<DeviceListener> wanted = ConcurrentHashMap.newKeySet();

    // Owned by the control lane.
    private final List<DeviceListener> listeners = new ArrayList<>();
    private final List<Device> announced = new ArrayList<>();

    DeviceEvents(final Lane control) {
        this.control = control;
    }

    void addListener(final DeviceListener listener) {
        if (wanted.add(listener)) {
            control.execute(() -> {
                listeners.add(listener);
                List.copyOf(announced).forEach(device -> tell(listener, hears -> hears.deviceAdded(device)));
            });
        }
    }

    void removeListener(final DeviceListener listener) {
        wanted.remove(listener);
        control.execute(() -> listeners.remove(listener));
    }

    void added(final Device device) {
        control.execute(() -> {
            announced.add(device);
            tellAll(listener -> listener.deviceAdded(device));
        });
    }

    void lost(final Device device) {
        control.execute(() -> tellAll(listener -> listener.deviceLost(device)));
    }

    void returned(final Device device) {
        control.execute(() -> tellAll(listener -> listener.deviceReturned(device)));
    }

    /** Why someone needs the device to serve on, empty when nobody does. Ends on the control lane. */
    CompletableFuture<String> needs(final Device device) {
        final CompletableFuture<String> answer = new CompletableFuture<>();
        control.execute(() -> answer.complete(needsNow(device)));
        return answer;
    }

    private String needsNow(final Device device) {
        final List<String> needs = new ArrayList<>();
        List.copyOf(listeners).forEach(listener -> {
            try {
                needs.add(listener.needs(device));
            } catch (final RuntimeException e) {
                // Who cannot say that it can do without the device may not be able to.
                LOG.error("device.listener.failed listener={}", listener, e);
                needs.add("unknown: " + e);
            }
        });
        return needs.stream().filter(need -> !need.isEmpty()).findFirst().orElse("");
    }

    void forgotten(final Device device) {
        control.execute(() -> {
            announced.remove(device);
            tellAll(listener -> listener.deviceLost(device));
        });
    }

    private void tellAll(final Consumer<DeviceListener> what) {
        List.copyOf(listeners).forEach(listener -> tell(listener, what));
    }

    private void tell(final DeviceListener listener, final Consumer<DeviceListener> what) {
        if (!wanted.contains(listener)) {
            return;
        }
        try {
            what.accept(listener);
        } catch (final RuntimeException e) {
            // One listener's bug must not keep the others from hearing of a lost device.
            LOG.error("device.listener.failed listener={}", listener, e);
        }
    }
}
