package org.isobar.api.volume;

/** Whether a volume serves. */
public enum VolumeState {
    /** Serving, redundancy whole. */
    ONLINE,
    /** Serving, some of its pool's sets are not HEALTHY. */
    DEGRADED,
    /** Part of its pages lies in an OFFLINE set: requests for those end in OFFLINE. */
    OFFLINE,
    /** Being deleted. */
    DELETING
}
