package org.isobar.api.device;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

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
}
