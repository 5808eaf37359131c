package org.isobar.pool.log;

import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;

/**
 * What was found on one device.
 *
 * @param device where
 * @param status OK when all of it could be read and nothing newer than its best half is damaged
 * @param promised the highest epoch it promised to know of, 0 for none
 * @param best its newest VALID half, null when it has none
 * @param bestHalf which half that is, or the one not to be written first when there is none
 * @param unknownVersion a format version in it that this software does not know, else 0
 * @param hadLog whether it surely held a log once, readable now or not
 */
record Copy(
        Device device,
        IoStatus status,
        long promised,
        HalfImage best,
        int bestHalf,
        int unknownVersion,
        boolean hadLog) {
    /** The highest epoch that it knows of in any way. */
    long knownEpoch() {
        return best == null ? promised : Math.max(promised, best.position().epoch());
    }
}
