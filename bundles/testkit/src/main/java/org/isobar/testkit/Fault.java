package org.isobar.testkit;

/** What simulated devices do to those who rely on them; each is counted where it happens, see {@link FaultCounts}. */
public enum Fault {
    /** The process died. */
    KILL,
    /** The power went. */
    POWER_LOSS,
    /** A write that was on its way when the process died reached the media in some of its sectors only. */
    TORN_WRITE,
    /** A completed write that nothing had made stable was gone, wholly or in some of its sectors, after a power loss. */
    UNSYNCED_LOST,
    /** Content of the media changed by itself. */
    ROT,
    /** A write was acknowledged and never done. */
    LOST_WRITE,
    /** A write was acknowledged and done in another place. */
    MISDIRECTED_WRITE,
    /** A request took very long. */
    LATENCY_SPIKE,
    /** A request did not end in any reasonable time. */
    STUCK,
    /** One request failed, and the same would succeed if it were tried again. */
    TRANSIENT_ERROR,
    /** A read failed, as will each one of these sectors until they are written. */
    BAD_SECTOR,
    /** A device was gone. */
    DEVICE_LOST,
    /** A device that was gone was there again. */
    DEVICE_RETURNED,
}
