package org.isobar.api.pool;

/**
 * What a pool promises of itself, computed from what its devices were measured to do and from its RAID level.
 *
 * @param normal with all devices
 * @param degraded without one of the set's devices, before it is rebuilt
 * @param efficiencyPercent data bytes of 100 bytes of chunklets
 * @param failuresSurvived devices that may fail at a time, whichever they are
 */
public record ClassOfService(
        ServiceFigures normal, ServiceFigures degraded, int efficiencyPercent, int failuresSurvived) {
    /** Of a pool whose level is not plugged in. */
    public static final ClassOfService UNKNOWN =
            new ClassOfService(ServiceFigures.UNKNOWN, ServiceFigures.UNKNOWN, 0, 0);
}
