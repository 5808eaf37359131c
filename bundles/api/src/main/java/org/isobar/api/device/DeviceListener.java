package org.isobar.api.device;

/** Hears of devices; called on the control lane, one call at a time. */
public interface DeviceListener {
    /** A device was added, or found for the first time since start. */
    void deviceAdded(Device device);

    /** The device is now {@link DeviceState#MISSING} or {@link DeviceState#FAILED}. */
    void deviceLost(Device device);

    /** A lost device is {@link DeviceState#ONLINE} again; its content may be older than what was written meanwhile. */
    void deviceReturned(Device device);

    /**
     * Why the device cannot be taken out now, empty when it can. Asked before a device that serves is failed on evidence; what
     * needs it, e.g. a RAID set that would be offline without it, says so here.
     */
    default String needs(final Device device) {
        return "";
    }
}
