package org.isobar.raid;

/** Waits for checksums that were not in memory. */
interface SumWaiter {
    /**
     * The checksums are in memory, unless others pushed them out again. Called on the waiter's lane.
     *
     * @param there false when the device is not there to read them from
     */
    void sumsLoaded(boolean there);
}
