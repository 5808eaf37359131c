package org.isobar.volume.balance;

import org.isobar.api.volume.VolumeInfo;

/** A volume as balancing sees it. Any thread. */
public interface BalancedVolume extends PlacedVolume {
    /** Its name. */
    String name();

    /** What people are told of it. */
    VolumeInfo info();

    /** Whether an administrator wants its pages to stay. */
    boolean pinned();
}
