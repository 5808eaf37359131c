package org.isobar.raid;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.isobar.api.device.Device;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidColumn;

/** What {@link ColumnKeeper} knows of one column. Control lane only. */
final class KeptColumn {
    ColumnStatus status;
    UUID uuid;
    int chunklet;
    Device device;
    IntentArea area;
    /** Kept while the device is away; null before it was there, and when it keeps none. */
    ColumnSums sums;
    /** A device that is being attached. */
    Device coming;
    /** A device that came while the column was being declared stale. */
    Device pending;
    /** Counts attachments; a write that failed on an earlier one still counts as missed. */
    int incarnation;
    /** Whoever finds another value than the one it began with has been overtaken. */
    int token;

    int staling;
    /** Regions a stale column must be written in, apart from those that are marked now. */
    long owed;

    boolean rebuilding;
    boolean promoting;
    CompletableFuture<Void> joined = CompletableFuture.completedFuture(null);

    KeptColumn(final RaidColumn column) {
        uuid = column.device();
        chunklet = column.chunklet();
        status = column.state() == ColumnState.IN_SYNC ? ColumnStatus.ABSENT : ColumnStatus.STALE;
    }

    void take(final Device newDevice, final IntentArea newArea) {
        device = newDevice;
        area = newArea;
        incarnation++;
        if (sums != null) {
            sums.device(newDevice);
        }
    }

    void forgetComing() {
        token++;
        coming = null;
        pending = null;
    }

    void drop(final ColumnStatus newStatus) {
        device = null;
        area = null;
        incarnation++;
        status = newStatus;
        if (sums != null) {
            sums.device(null);
        }
    }

    /** The column leaves its chunklet, or the set closes. */
    void forgetSums() {
        if (sums != null) {
            sums.close();
            sums = null;
        }
    }

    Columns.Place place() {
        return new Columns.Place(
                device, device == null ? 0 : device.layout().chunkletOffset(chunklet), incarnation, sums);
    }

    RaidColumn placement() {
        final boolean inSync = status == ColumnStatus.SERVING || status == ColumnStatus.ABSENT;
        return new RaidColumn(uuid, chunklet, inSync ? ColumnState.IN_SYNC : ColumnState.STALE);
    }
}
