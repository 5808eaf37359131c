package org.isobar.api.pool;

import java.util.List;
import org.isobar.api.raid.RaidLevelInfo;

/**
 * A RAID level and who uses it.
 *
 * @param level whether it can be had, and where it comes from
 * @param pools names of the pools of that level
 * @param sets their sets
 * @param offlineSets those of them that do not serve, for whatever reason
 */
public record LevelUse(RaidLevelInfo level, List<String> pools, int sets, int offlineSets) {
    public LevelUse {
        pools = List.copyOf(pools);
    }
}
