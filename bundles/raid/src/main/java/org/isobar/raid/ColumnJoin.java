package org.isobar.raid;

import java.util.function.Function;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a column's write-intent block up to date before the column is put in use, so that every column in use has all
 * marks. Control lane only.
 */
final class ColumnJoin {
    private static final Logger LOG = LoggerFactory.getLogger(ColumnJoin.class);

    private final AssembledSet set;
    private final ColumnKeeper keeper;
    private final Function<Device, IntentArea> areas;

    ColumnJoin(final AssembledSet set, final ColumnKeeper keeper, final Function<Device, IntentArea> areas) {
        this.set = set;
        this.keeper = keeper;
        this.areas = areas;
    }

    /** Ends in {@link ColumnKeeper#joined(int, Device, IntentArea)}, unless it fails or the column's token changes. */
    void start(final int column, final KeptColumn kept, final Device device) {
        final int token = ++kept.token;
        final IntentArea area = areas.apply(device);
        Stages.whenEnded(area.load(kept.chunklet), (status, refused) -> {
            if (token != kept.token) {
                return;
            }
            if (refused != null) {
                kept.coming = null;
                kept.joined.completeExceptionally(refused);
            } else if (status != IoStatus.OK) {
                notJoined(column, kept, status);
            } else {
                if (kept.status == ColumnStatus.ABSENT) {
                    area.word(kept.chunklet, set.id()).ifPresent(word -> {
                        keeper.intentKnown(true);
                        set.intent().merge(word);
                    });
                } else {
                    kept.owed |= owed(area, kept.chunklet);
                }
                writeMarks(column, kept, device, area, token);
            }
        });
    }

    /**
     * Regions that a stale column missed writes in, by its own intent entry. A column without an entry, or with a lost
     * one, is to be written whole: it may be the fresh target of a rebuild.
     */
    long owed(final IntentArea area, final int chunklet) {
        return area.has(chunklet, set.id())
                ? area.word(chunklet, set.id()).orElse(set.layout().allRegions())
                : set.layout().allRegions();
    }

    private void writeMarks(
            final int column, final KeptColumn kept, final Device device, final IntentArea area, final int token) {
        final long word = set.intent().marks();
        Stages.whenEnded(area.write(kept.chunklet, set.id(), word | kept.owed), (status, failure) -> {
            if (token != kept.token) {
                return;
            }
            if (status != IoStatus.OK) {
                notJoined(column, kept, status);
            } else if ((set.intent().marks() & ~word) != 0) {
                writeMarks(column, kept, device, area, token);
            } else {
                keeper.joined(column, device, area);
            }
        });
    }

    private void notJoined(final int column, final KeptColumn kept, final IoStatus status) {
        LOG.warn("raid.column-not-attached set={} column={} status={}", set.id(), column, status);
        kept.coming = null;
        kept.joined.completeExceptionally(new StorageException(
                StorageException.Code.IO,
                "column not attached: set=" + set.id() + " column=" + column + " status=" + status));
    }
}
