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
 */
public record RaidSetInfo(
        RaidSetSpec spec, RaidSetState state, List<ColumnInfo> columns, int dirtyRegions, long degradedReads) {
    /** Write-intent regions in a set. */
    public static final int REGIONS = 64;

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
