package org.isobar.api.device;

/** Whether a device serves. */
public enum DeviceState {
    /** Open and serving. */
    ONLINE,
    /** Known by its UUID, not to be found now; requests end in OFFLINE. */
    MISSING,
    /** Found but not ours: another member's, another group's, or foreign data; never touched unless forced. */
    FOREIGN,
    /** Present but given up on after errors. */
    FAILED
}
