package org.isobar.api.pool;

/**
 * What one RAID set of a pool gives while nobody else uses its devices; 0 stands for "not known".
 *
 * @param readMibPerS bandwidth of sequential reads
 * @param readsPerS random reads of 4 KiB
 * @param writeMibPerS bandwidth of sequential writes of whole stripes
 * @param writesPerS random writes of 4 KiB, without a write log
 */
public record ServiceFigures(double readMibPerS, double readsPerS, double writeMibPerS, double writesPerS) {
    /** Nothing is known, since devices were not measured. */
    public static final ServiceFigures UNKNOWN = new ServiceFigures(0, 0, 0, 0);
}
