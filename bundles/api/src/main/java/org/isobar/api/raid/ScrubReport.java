package org.isobar.api.raid;

import java.util.List;

/**
 * What a scrub of one set found.
 *
 * @param stripesChecked stripes whose redundancy was compared
 * @param stripesInconsistent stripes whose redundancy did not match the data, or with a strip that did not match its checksums
 * @param stripesRepaired of those, made right: redundancy written anew from the data, wrong blocks from redundancy
 * @param readErrors strips that could not be read
 * @param checksumErrors strips with blocks that did not match their checksums
 * @param blocksMended blocks of 4 KiB that were wrong or unreadable and were written anew from redundancy
 * @param blocksLost blocks of 4 KiB of data that are wrong, or noted as lost, and cannot be had from redundancy; counted by
 *     scrubs that repair
 * @param lostOffsets where the first {@value #LOST_OFFSETS_MAX} of these begin in the set, in bytes
 */
public record ScrubReport(
        long stripesChecked,
        long stripesInconsistent,
        long stripesRepaired,
        long readErrors,
        long checksumErrors,
        long blocksMended,
        long blocksLost,
        List<Long> lostOffsets) {
    /** Lost blocks that are named. */
    public static final int LOST_OFFSETS_MAX = 16;

    public ScrubReport {
        lostOffsets = List.copyOf(lostOffsets);
    }

    /** Whether there is something that someone should know. */
    public boolean foundSomething() {
        return stripesInconsistent != 0 || readErrors != 0 || blocksLost != 0;
    }
}
