package org.isobar.api.raid;

import java.util.List;

/**
 * A picture of one set.
 *
 * @param spec what it is made of
 * @param state how it is
 * @param columns one entry for each column
 * @param dirtyRegions write-intent regions marked now, of {@link #REGIONS}
 * @param degradedReads reads answered from redundancy since start
 * @param checksumErrors reads of a strip's part since start that did not match its checksums
 * @param mendedBlocks blocks of 4 KiB that were written anew because of that
 * @param unrepairable reads of a block since start that failed because no redundancy was left to mend it
 * @param lostBlocks blocks of 4 KiB noted as lost since start, because a rebuild or catch-up could not have them from the
 *     others; reads of them fail until they are written anew
 * @param log its write log, or null when it has none
 */
public record RaidSetInfo(
        RaidSetSpec spec,
        RaidSetState state,
        List<ColumnInfo> columns,
        int dirtyRegions,
        long degradedReads,
        long checksumErrors,
        long mendedBlocks,
        long unrepairable,
        long lostBlocks,
        RaidLogInfo log) {
    /** Write-intent regions in a set. */
    public static final int REGIONS = 64;

    /** A picture of a set that has seen no errors. */
    public static RaidSetInfo unused(final RaidSetSpec spec, final RaidSetState state, final List<ColumnInfo> columns) {
        return new RaidSetInfo(spec, state, columns, 0, 0, 0, 0, 0, 0, null);
    }

    public RaidSetInfo {
        columns = List.copyOf(columns);
    }

    /**
     * One column.
     *
     * @param column where it is and its durable state
     * @param present whether its device serves
     * @param rebuilding whether it is being caught up
     */
    public record ColumnInfo(RaidColumn column, boolean present, boolean rebuilding) {}
}
