package org.isobar.api.volume;

/** Hears of volumes; called on the control lane, one call at a time. */
public interface VolumeListener {
    /** A volume can be used from now on; also called for those already there when the listener is added. */
    void volumeAdded(Volume volume);

    /** The volume became longer. */
    void volumeGrown(Volume volume);

    /**
     * Space was taken or freed, by this volume or by others of its pool, or thresholds were set, a short while ago. May be
     * called without anything having changed for this volume.
     */
    default void spaceChanged(final Volume volume, final VolumeSpace space) {}

    /** The volume is no more; requests to it end in OFFLINE. */
    void volumeRemoved(Volume volume);
}
