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
 */
public record RaidSetSpec(long id, String level, int stripBytes, long chunkletBytes, List<RaidColumn> columns) {
    public RaidSetSpec {
        columns = List.copyOf(columns);
    }
}
