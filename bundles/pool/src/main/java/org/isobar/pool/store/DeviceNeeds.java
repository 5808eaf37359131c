package org.isobar.pool.store;

import java.util.List;
import java.util.UUID;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidSetInfo;
import org.isobar.api.raid.RaidSetInfo.ColumnInfo;

/** Says what a device is needed for: what would be offline without it. Control lane. */
final class DeviceNeeds {
    private final Metadata metadata;
    private final SetTable sets;
    private final SetAssembler assembler;

    DeviceNeeds(final Metadata metadata, final SetTable sets, final SetAssembler assembler) {
        this.metadata = metadata;
        this.sets = sets;
        this.assembler = assembler;
    }

    /** The first need found, for people; empty when the member can do without the device. */
    String of(final UUID device) {
        if (metadata.active(device) && !metadata.survivesWithout(device)) {
            return "the metadata could be kept on no majority of devices";
        }
        for (final LiveSet set : sets.all()) {
            if (needs(set, device)) {
                return "RAID set would be offline: set=" + set.id() + " pool="
                        + set.state().pool();
            }
        }
        return "";
    }

    private boolean needs(final LiveSet set, final UUID device) {
        if (set.raid() == null) {
            return set.state().spec().columns().stream()
                    .anyMatch(column -> column.device().equals(device));
        }
        final RaidSetInfo info = set.raid().info();
        final List<ColumnInfo> columns = info.columns();
        for (int column = 0; column < columns.size(); column++) {
            if (columns.get(column).column().device().equals(device)
                    && readable(columns.get(column))
                    && !othersHold(info, column)) {
                return true;
            }
        }
        return false;
    }

    /** Whether all other columns that share a group with this one are there and in sync. */
    private boolean othersHold(final RaidSetInfo info, final int column) {
        final List<ColumnInfo> columns = info.columns();
        for (int other = 0; other < columns.size(); other++) {
            if (other != column && assembler.mustDiffer(info.spec(), column, other) && !readable(columns.get(other))) {
                return false;
            }
        }
        return true;
    }

    private static boolean readable(final ColumnInfo column) {
        return column.present() && column.column().state() == ColumnState.IN_SYNC;
    }
}
