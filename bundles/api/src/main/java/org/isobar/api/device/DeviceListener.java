package org.isobar.api.device;

/** Hears of devices; called on the control lane, one call at a time. */
public interface DeviceListener {
    /** A device was added, or found for the first time since start. */
    void deviceAdded(Device device);

    /** The device is now {@link DeviceState#MISSING} or {@link DeviceState#FAILED}. */
    void deviceLost(Device device);

    /** A lost device is {@link DeviceState#ONLINE} again; its content may be older than what was written meanwhile. */
    void deviceReturned(Device device);
}
