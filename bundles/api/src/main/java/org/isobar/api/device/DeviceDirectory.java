package org.isobar.api.device;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Finds this member's devices; what the RAID engine and the page store see of the device layer. Any thread may call. */
public interface DeviceDirectory {
    /** All devices with our label that were seen since start, in whatever state, ordered by UUID. */
    List<Device> devices();

    /** The device with this UUID, if it was seen since start. */
    Optional<Device> find(UUID uuid);

    /** From now on the listener hears of changes; it hears {@code deviceAdded} for those already there, first. */
    void addListener(DeviceListener listener);

    /** The listener hears no more. */
    void removeListener(DeviceListener listener);

    /**
     * Says what was kept of the devices' health before this start, and who keeps it from now on; before any of them is relied
     * upon. Ends when it was taken in: devices that were failed are out then, and listeners hear that they are lost.
     *
     * @param kept by device; also of devices that are not there now
     */
    default CompletionStage<Void> recall(final Map<UUID, byte[]> kept, final HealthKeeper keeper) {
        return CompletableFuture.completedStage(null);
    }
}
