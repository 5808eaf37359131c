package org.isobar.api.device;

/**
 * What a device says of itself (SMART), when it was asked last. Numbers are -1 where the device does not tell them.
 *
 * @param available whether there is an answer
 * @param why why there is none, else empty
 * @param passed whether the device holds itself to be sound
 * @param temperatureC degrees Celsius
 * @param reallocated sectors that it has replaced
 * @param pending sectors that it could not read and has not replaced yet
 * @param mediaErrors errors of the medium that it has counted
 * @param percentageUsed of its rated life; may exceed 100
 * @param askedMs wall-clock time of the answer, 0 when there is none
 */
public record SmartInfo(
        boolean available,
        String why,
        boolean passed,
        long temperatureC,
        long reallocated,
        long pending,
        long mediaErrors,
        long percentageUsed,
        long askedMs) {
    /** No answer. */
    public static SmartInfo unavailable(final String why) {
        return new SmartInfo(false, why, true, -1, -1, -1, -1, -1, 0);
    }
}
