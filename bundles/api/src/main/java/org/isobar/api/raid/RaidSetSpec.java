package org.isobar.api.raid;

import java.util.List;

/**
 * What must be known to assemble a set; durable in the page store's metadata.
 *
 * @param id unique in this member for ever, 1 or more
 * @param level the RAID level's name
 * @param stripBytes strip length
 * @param chunkletBytes chunklet length, the same on all columns
 * @param columns the columns in geometry order
 * @param logBytes length of the write log at the end of each chunklet, a multiple of 4096; 0 when writes are not logged
 */
public record RaidSetSpec(
        long id, String level, int stripBytes, long chunkletBytes, List<RaidColumn> columns, long logBytes) {
    /** A set whose writes are not logged. */
    public RaidSetSpec(
            final long id,
            final String level,
            final int stripBytes,
            final long chunkletBytes,
            final List<RaidColumn> columns) {
        this(id, level, stripBytes, chunkletBytes, columns, 0);
    }

    public RaidSetSpec {
        columns = List.copyOf(columns);
    }
}
