package org.isobar.volume.balance;

import java.util.List;

/** The volumes of this member as balancing sees them. Any thread. */
public interface BalancedVolumes {
    /** Those that are not being deleted. */
    List<BalancedVolume> balanced();
}
