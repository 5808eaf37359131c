package org.isobar.api.device;

/** What the evidence says about a device; worse ones last. */
public enum HealthState {
    /** Nothing speaks against it. */
    GOOD,
    /** It answers much later than it used to, or than its peers do; it is used as before, others are read first. */
    SLOW,
    /** It has failed too often to be trusted: nothing new is put on it while others have room. */
    SUSPECT,
    /** It is failed: it is taken out as soon as every RAID set can do without it. */
    FAILED;

    /** For figures: 0 for GOOD to 3 for FAILED. */
    public int urgency() {
        return switch (this) {
            case GOOD -> 0;
            case SLOW -> 1;
            case SUSPECT -> 2;
            case FAILED -> 3;
        };
    }
}
