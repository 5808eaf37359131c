package org.isobar.pool.check;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.isobar.api.StorageException;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.IntentBlock;
import org.isobar.api.raid.RaidColumn;
import org.isobar.pool.store.SetState;

/** The columns of a set that are in sync and there, and the regions that its write intent has marked. */
final class SetOnMedia {
    private final SetState set;
    private final SetGeometry layout;
    private final CheckedDevice[] columns;
    private final CheckReport report;
    private long marked;

    private SetOnMedia(
            final CheckReport report,
            final SetState set,
            final SetGeometry layout,
            final Map<UUID, CheckedDevice> devices) {
        this.report = report;
        this.set = set;
        this.layout = layout;
        columns = new CheckedDevice[layout.geometry().columns()];
        for (int i = 0; i < columns.length; i++) {
            final RaidColumn column = set.spec().columns().get(i);
            final CheckedDevice device = devices.get(column.device());
            final boolean usable = device != null
                    && column.state() == ColumnState.IN_SYNC
                    && column.chunklet() < device.layout().chunkletCount()
                    && device.layout().chunkletBytes() == set.spec().chunkletBytes();
            columns[i] = usable ? device : null;
        }
    }

    /** Finds the columns of a set and reads its write intent. */
    static SetOnMedia find(
            final CheckReport report, final SetState set, final SetGeometry layout, final List<CheckedDevice> present) {
        final Map<UUID, CheckedDevice> devices = new HashMap<>();
        present.forEach(device -> devices.put(device.uuid(), device));
        final SetOnMedia found = new SetOnMedia(report, set, layout, devices);
        found.readIntent();
        return found;
    }

    SetState set() {
        return set;
    }

    SetGeometry layout() {
        return layout;
    }

    /** The columns' devices; null where one is missing, stale, or cannot be where it should. */
    CheckedDevice[] columns() {
        return columns.clone();
    }

    /** Regions that the write intent has marked. */
    long marked() {
        return marked;
    }

    /** As the RAID engine does at assembly: what any column in sync says counts; if none knows, all is in doubt. */
    private void readIntent() {
        boolean known = false;
        boolean any = false;
        for (int i = 0; i < columns.length; i++) {
            if (columns[i] != null) {
                any = true;
                final OptionalLong word = readIntent(columns[i], i);
                known |= word.isPresent();
                marked |= word.orElse(0);
            }
        }
        if (any && !known) {
            marked = -1;
        }
    }

    private OptionalLong readIntent(final CheckedDevice device, final int column) {
        final int chunklet = set.spec().columns().get(column).chunklet();
        final int number = chunklet / IntentBlock.ENTRIES;
        final long at = device.layout().intentOffset() + (long) number * IntentBlock.BYTES;
        final String where = "set=" + set.id() + " column=" + column + " device=" + device.uuid();
        final IntentBlock block = new IntentBlock();
        try {
            if (!block.read(device.read(at, IntentBlock.BYTES).array())) {
                report.finding(where, "write intent is damaged: block=" + number);
            }
        } catch (final StorageException | IOException unreadable) {
            report.finding(where, "write intent cannot be read: " + unreadable.getMessage());
            return OptionalLong.empty();
        }
        final int entry = chunklet % IntentBlock.ENTRIES;
        return block.knows(entry, set.id()) ? OptionalLong.of(block.word(entry, set.id())) : OptionalLong.empty();
    }
}
