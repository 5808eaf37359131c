package org.isobar.device.health;

import org.isobar.api.device.HealthState;

/**
 * All that the rules look at. Counts have decayed.
 *
 * @param state the verdict before
 * @param readErrors reads that failed in the end
 * @param writeErrors writes and flushes that failed
 * @param writeErrorsInARow of these, since the last one that went well; not decayed
 * @param timeouts operations beyond the time-out
 * @param retries reads that were tried again
 * @param corrected blocks that did not match their checksums
 * @param flaps times that it went away
 * @param overdue whether an operation is over the limit now
 * @param peersStuck whether most of its peers have operations beyond the time-out now, so that it is not the device's fault
 * @param latency how it compares
 * @param smartFailing whether the device says that it fails
 */
record Evidence(
        HealthState state,
        double readErrors,
        double writeErrors,
        int writeErrorsInARow,
        double timeouts,
        double retries,
        double corrected,
        double flaps,
        boolean overdue,
        boolean peersStuck,
        Pace latency,
        boolean smartFailing) {
    /** How a device's latency compares with its peers', or with its own of before. */
    enum Pace {
        /** As it should be, for some time. */
        USUAL,
        /** Neither clearly slow nor clearly not: whatever it was called before it still is. */
        BETWEEN,
        /** Much slower, for some time. */
        SLOW
    }
}
