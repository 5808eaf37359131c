package org.isobar.api.pool;

import java.util.List;

/** Hears of the space of pools; called on the control lane. */
@FunctionalInterface
public interface SpaceListener {
    /**
     * Pages were given or freed, sets formed, devices came or went, or thresholds were set, a short while ago.
     *
     * @param pools all pools as they are now
     */
    void spaceChanged(List<PoolSpace> pools);
}
