package org.isobar.api.profile;

/**
 * What was measured at one place of a device, or the medians over a region. 0 stands for "not measured": writes are tried
 * only where the space was free.
 *
 * @param readMibPerS bandwidth of sequential reads
 * @param readsPerS random reads of 4 KiB, four at a time
 * @param readLatencyUs of one random read of 4 KiB, alone, in microseconds
 * @param writeMibPerS bandwidth of sequential writes
 * @param writesPerS random writes of 4 KiB, four at a time
 * @param writeLatencyUs of one random write of 4 KiB, alone, in microseconds
 */
public record Performance(
        double readMibPerS,
        double readsPerS,
        double readLatencyUs,
        double writeMibPerS,
        double writesPerS,
        double writeLatencyUs) {
    /** Nothing was measured, since reads failed. */
    public static final Performance UNKNOWN = new Performance(0, 0, 0, 0, 0, 0);

    /** Whether reads were measured; writes never are where they were not. */
    public boolean known() {
        return readMibPerS > 0 && readsPerS > 0 && readLatencyUs > 0;
    }

    /** Whether writes were measured, too. */
    public boolean writesKnown() {
        return writeMibPerS > 0 && writesPerS > 0 && writeLatencyUs > 0;
    }
}
