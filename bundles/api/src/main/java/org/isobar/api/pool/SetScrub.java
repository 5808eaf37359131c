package org.isobar.api.pool;

import java.util.List;

/**
 * One scrub of one RAID set: what it has found, or had found when it ended. A scrub that a restart has cut short goes on, and
 * may count some stripes twice.
 *
 * @param repair whether it repairs what it finds
 * @param beganWallMs when it began, ms since 1970
 * @param endedWallMs when it ended, 0 while it has not
 * @param bytesChecked data whose redundancy was compared
 * @param stripesInconsistent stripes with something wrong
 * @param stripesRepaired of those, made right
 * @param readErrors strips that could not be read
 * @param blocksMended blocks of 4 KiB that were written anew from redundancy
 * @param blocksLost blocks of 4 KiB of data that cannot be had; reads of them fail until they are written anew
 * @param lost where the first {@value #LOST_MAX} of these are
 */
public record SetScrub(
        boolean repair,
        long beganWallMs,
        long endedWallMs,
        long bytesChecked,
        long stripesInconsistent,
        long stripesRepaired,
        long readErrors,
        long blocksMended,
        long blocksLost,
        List<LostPlace> lost) {
    /** Most places that are named. */
    public static final int LOST_MAX = 16;
    /** The volume of a place that lies in no page. */
    public static final long NO_VOLUME = -1;

    public SetScrub {
        lost = List.copyOf(lost);
    }

    /** Whether there is something that someone should know. */
    public boolean foundSomething() {
        return stripesInconsistent != 0 || readErrors != 0 || blocksLost != 0;
    }

    /**
     * A lost block.
     *
     * @param volume number of the volume that it belonged to when it was found, or {@link #NO_VOLUME}
     * @param lba its first block in the volume, in blocks of 512 bytes
     * @param setOffset its first byte in the set
     */
    public record LostPlace(long volume, long lba, long setOffset) {}
}
