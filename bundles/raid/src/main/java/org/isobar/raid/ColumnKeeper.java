package org.isobar.raid;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceState;
import org.isobar.api.raid.RaidColumn;
import org.isobar.api.raid.RaidSetInfo;
import org.isobar.api.raid.RaidSetJournal;
import org.isobar.api.raid.RaidSetSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the states of a set's columns, decides what the loss of columns means, and makes it durable. Control lane only;
 * the data path sees the published {@link Columns}.
 */
final class ColumnKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(ColumnKeeper.class);

    private final AssembledSet set;
    private final RaidSetJournal journal;
    private final Function<Device, IntentArea> areas;
    private final KeptColumn[] columns;
    private final List<Waiting> waiting = new ArrayList<>();
    private final ReturnPatience patience;
    private final ColumnJoin join;
    private boolean intentKnown;
    private boolean fenced;
    private boolean closed;

    ColumnKeeper(
            final AssembledSet set,
            final RaidSetSpec spec,
            final RaidSetJournal journal,
            final Function<Device, IntentArea> areas) {
        this.set = set;
        this.journal = journal;
        this.areas = areas;
        patience = new ReturnPatience(set, this::publish);
        join = new ColumnJoin(set, this, areas);
        columns = new KeptColumn[spec.columns().size()];
        for (int column = 0; column < columns.length; column++) {
            columns[column] = new KeptColumn(spec.columns().get(column));
        }
    }

    /**
     * At assembly: the column's device is there, its intent block loaded and up to date.
     *
     * @param owed regions that a stale column missed writes in, as far as it knows itself
     */
    void place(final int column, final Device device, final long owed) {
        final KeptColumn kept = columns[column];
        take(column, kept, device, areas.apply(device));
        kept.owed = owed;
        kept.status = kept.status == ColumnStatus.ABSENT ? ColumnStatus.SERVING : ColumnStatus.TARGET;
    }

    private void take(final int column, final KeptColumn kept, final Device device, final IntentArea area) {
        if (kept.sums == null && device.layout().hasSums()) {
            kept.sums = set.sums().of(column, device, kept.chunklet);
        }
        kept.take(device, area);
    }

    /** Regions that a stale column missed writes in, see {@link ColumnJoin#owed}. */
    long owed(final IntentArea area, final int chunklet) {
        return join.owed(area, chunklet);
    }

    /** At assembly: whether some column told what was marked. */
    void intentKnown(final boolean known) {
        intentKnown = known;
    }

    /** Whether any column in sync has told which regions are marked. */
    boolean intentKnown() {
        return intentKnown;
    }

    /** The device of a column is there: brings its intent block up to date, then puts it in use. */
    void attach(final int column, final Device device) {
        final KeptColumn kept = columns[column];
        if (!kept.uuid.equals(device.uuid())) {
            throw new StorageException(
                    StorageException.Code.INVALID,
                    "column not attached: set=" + set.id() + " column=" + column + " device=" + device.uuid()
                            + " expected=" + kept.uuid);
        }
        if (kept.device == device || kept.coming == device) {
            return;
        }
        kept.joined.completeExceptionally(unavailable("another device was attached", column));
        kept.joined = new CompletableFuture<>();
        kept.coming = device;
        if (kept.status == ColumnStatus.STALING) {
            kept.pending = device;
        } else if (kept.status == ColumnStatus.ABSENT && othersHaveMore(column)) {
            kept.pending = device;
            settleMissing(1L << column, verdict -> {});
        } else {
            join.start(column, kept, device);
        }
    }

    /**
     * Whether acknowledged writes may never have reached an absent column's stable media while the others, undoubtedly,
     * have them.
     */
    private boolean othersHaveMore(final int column) {
        return set.unflushed(column) && set.columns().serving() && set.intent().suspects() == 0;
    }

    /** The column's intent block is up to date on the device. */
    void joined(final int column, final Device device, final IntentArea area) {
        final KeptColumn kept = columns[column];
        if (kept.status == ColumnStatus.STALING) {
            kept.pending = device;
            return;
        }
        kept.coming = null;
        take(column, kept, device, area);
        kept.status = kept.status == ColumnStatus.ABSENT ? ColumnStatus.SERVING : ColumnStatus.TARGET;
        LOG.info("raid.column-attached set={} column={} device={} state={}", set.id(), column, kept.uuid, kept.status);
        publish();
        kept.joined.complete(null);
        set.resyncWhenWhole();
    }

    /** Ends when the attachment of a column under way has ended. */
    CompletableFuture<Void> joined(final int column) {
        return columns[column].joined;
    }

    /** The device of a column is gone. */
    void detach(final int column) {
        final KeptColumn kept = columns[column];
        kept.forgetComing();
        if (kept.status == ColumnStatus.TARGET) {
            dropTarget(column);
        } else if (kept.status == ColumnStatus.SERVING) {
            kept.drop(ColumnStatus.ABSENT);
            LOG.warn("raid.column-absent set={} column={} device={}", set.id(), column, kept.uuid);
        }
        kept.joined.completeExceptionally(unavailable("column detached", column));
        publish();
        if (kept.status == ColumnStatus.ABSENT && othersHaveMore(column)) {
            settleMissing(1L << column, verdict -> {});
        }
        settle();
    }

    /** Writes would miss these columns: gives up those that are absent, and answers when none is in between. */
    void settleMissing(final long mask, final ColumnVerdict waiter) {
        long lost = 0;
        for (int column = 0; column < columns.length; column++) {
            if ((mask & 1L << column) != 0 && columns[column].status == ColumnStatus.ABSENT) {
                lost |= 1L << column;
            }
        }
        settle(mask, lost, 0, waiter);
    }

    /**
     * Writes failed on these columns: gives them up, and answers when that is durable.
     *
     * @param seen the columns as the writes saw them
     */
    void settleFailed(final long mask, final Columns seen, final ColumnVerdict waiter) {
        long lost = 0;
        long returned = 0;
        for (int column = 0; column < columns.length; column++) {
            final long bit = 1L << column;
            if ((mask & bit) == 0) {
                continue;
            }
            final KeptColumn kept = columns[column];
            final boolean same = seen.incarnation(column) == kept.incarnation;
            switch (kept.status) {
                case SERVING -> {
                    lost |= bit;
                    returned |= same ? 0 : bit;
                }
                case ABSENT -> lost |= bit;
                case TARGET -> {
                    if (same) {
                        dropTarget(column);
                        publish();
                    }
                }
                default -> {
                    // Already given up.
                }
            }
        }
        settle(mask, lost, returned, waiter);
    }

    private void settle(final long mask, final long lost, final long returned, final ColumnVerdict waiter) {
        if (lost != 0 && !give(lost, returned)) {
            waiter.columnsSettled(IoStatus.OFFLINE);
        } else {
            waiting.add(new Waiting(mask, waiter));
        }
        settle();
    }

    /**
     * Gives columns up, or takes the set offline when it does not survive that: then nothing is made durable and it comes
     * back with the devices. Columns whose device is known to be gone count as lost as well, lest the first of several that
     * vanish together be declared stale. While the set waits for its columns to return, what late writes say gives none up.
     *
     * @param returned those of the lost columns that were attached again since the write that missed them
     */
    private boolean give(final long lost, final long returned) {
        long gone = 0;
        for (int column = 0; column < columns.length; column++) {
            final KeptColumn kept = columns[column];
            if (kept.status == ColumnStatus.SERVING && kept.device.state() != DeviceState.ONLINE) {
                gone |= 1L << column;
            }
        }
        if (!patience.isWaiting() && set.layout().survives(~readable() | lost | gone)) {
            for (int column = 0; column < columns.length; column++) {
                if ((lost & 1L << column) != 0) {
                    stale(column, (returned & 1L << column) != 0);
                }
            }
            publish();
            return true;
        }
        for (int column = 0; column < columns.length; column++) {
            if ((((lost & ~returned) | gone) & 1L << column) != 0 && columns[column].status == ColumnStatus.SERVING) {
                columns[column].drop(ColumnStatus.ABSENT);
            }
        }
        set.intent().suspectWriters();
        publish();
        set.resyncWhenWhole();
        return false;
    }

    /** Makes it durable that a column misses writes; until then whoever depends on it waits. */
    private void stale(final int column, final boolean stillThere) {
        final KeptColumn kept = columns[column];
        if (stillThere) {
            kept.pending = kept.device;
            kept.coming = kept.device;
            kept.joined = new CompletableFuture<>();
        }
        kept.drop(ColumnStatus.STALING);
        final int staling = ++kept.staling;
        LOG.warn("raid.column-stale set={} column={} device={}", set.id(), column, kept.uuid);
        Stages.whenEnded(journal.columnStale(set.id(), column), (done, failure) -> {
            if (failure != null) {
                fence("columnStale", failure);
            } else if (kept.status == ColumnStatus.STALING && kept.staling == staling) {
                kept.status = ColumnStatus.STALE;
                publish();
                if (kept.pending != null) {
                    final Device device = kept.pending;
                    kept.pending = null;
                    join.start(column, kept, device);
                }
            }
            settle();
        });
    }

    private void dropTarget(final int column) {
        final KeptColumn kept = columns[column];
        LOG.warn("raid.column-lost-again set={} column={} device={}", set.id(), column, kept.uuid);
        if (kept.promoting) {
            // The record that it is in sync may be on its way to the media, so it must be taken back.
            kept.promoting = false;
            stale(column, false);
        } else {
            kept.drop(ColumnStatus.STALE);
        }
    }

    /** Answers those who wait when their columns are no longer in between. */
    private void settle() {
        final boolean serving = set.columns().serving();
        final List<Waiting> ready = new ArrayList<>();
        waiting.removeIf(one -> {
            final boolean settled = !serving || (one.mask & staling()) == 0;
            return settled && ready.add(one);
        });
        ready.forEach(one -> one.waiter.columnsSettled(serving ? IoStatus.OK : IoStatus.OFFLINE));
    }

    private void fence(final String record, final Throwable failure) {
        fenced = true;
        LOG.error("raid.set-fenced set={} record={} why={}", set.id(), record, failure.toString());
        set.intent().suspectWriters();
        publish();
        settle();
    }

    /** Whether the set still has all data without a column. */
    boolean survivesWithout(final int column) {
        return set.columns().serving() && set.layout().survives(~readable() | 1L << column);
    }

    /** The column lies elsewhere now, and is stale there; its owner has made that durable. */
    void replace(final int column, final UUID device, final int chunklet) {
        final KeptColumn kept = columns[column];
        kept.forgetComing();
        kept.staling++;
        kept.promoting = false;
        kept.drop(ColumnStatus.STALE);
        kept.forgetSums();
        kept.owed = set.layout().allRegions();
        kept.uuid = device;
        kept.chunklet = chunklet;
        publish();
        settle();
    }

    /** Columns on a device that may have writes not on its stable media. */
    long unflushedOn(final Device device) {
        long mask = 0;
        for (int column = 0; column < columns.length; column++) {
            if (columns[column].device == device && set.unflushed(column)) {
                mask |= 1L << column;
            }
        }
        return mask;
    }

    boolean isTarget(final int column) {
        return columns[column].status == ColumnStatus.TARGET;
    }

    boolean isServing(final int column) {
        return columns[column].status == ColumnStatus.SERVING;
    }

    /** Regions to be caught up apart from those marked now. */
    long owed(final int column) {
        return columns[column].owed;
    }

    /**
     * A stale column holds some regions on stable media and, as long as it is attached, misses no write there: says so on
     * its device. Should it miss one after all, the region's mark tells, which stays as long as a column is stale.
     *
     * @param seen the columns as the one who wrote the regions saw them
     * @return whether the device has it
     */
    CompletableFuture<Boolean> caughtUp(final int column, final Columns seen, final long regions) {
        final KeptColumn kept = columns[column];
        if (kept.status != ColumnStatus.TARGET || kept.incarnation != seen.incarnation(column)) {
            return CompletableFuture.completedFuture(false);
        }
        kept.owed &= ~regions;
        return writeIntent(column, set.intent().marks()).thenApply(status -> {
            if (status != IoStatus.OK) {
                settleFailed(1L << column, seen, verdict -> {});
            }
            return status == IoStatus.OK;
        });
    }

    /** Makes it durable that a column that was replaced says on its own device what it holds. */
    CompletableFuture<Void> rebuildBegun(final int column) {
        return journal.rebuildBegun(set.id(), column).toCompletableFuture();
    }

    void rebuilding(final int column, final boolean under) {
        columns[column].rebuilding = under;
        publish();
    }

    /** Makes it durable that a column has caught up, then relies on it. */
    CompletableFuture<Void> promote(final int column) {
        final KeptColumn kept = columns[column];
        final int incarnation = kept.incarnation;
        if (kept.status != ColumnStatus.TARGET) {
            return CompletableFuture.failedFuture(unavailable("column lost while it was caught up", column));
        }
        kept.promoting = true;
        final CompletableFuture<Void> end = new CompletableFuture<>();
        Stages.whenEnded(journal.columnInSync(set.id(), column), (done, failure) -> {
            if (failure != null) {
                fence("columnInSync", failure);
            }
            if (failure != null || kept.status != ColumnStatus.TARGET || kept.incarnation != incarnation) {
                end.completeExceptionally(unavailable("column lost while it was caught up", column));
                return;
            }
            kept.promoting = false;
            kept.rebuilding = false;
            kept.owed = 0;
            kept.status = ColumnStatus.SERVING;
            LOG.info("raid.column-in-sync set={} column={} device={}", set.id(), column, kept.uuid);
            publish();
            final Columns seen = set.columns();
            Stages.whenEnded(writeIntent(column, set.intent().marks()), (status, unwritten) -> {
                if (status != IoStatus.OK) {
                    settleFailed(1L << column, seen, verdict -> {});
                }
            });
            end.complete(null);
            set.resyncWhenWhole();
        });
        return end;
    }

    /** Writes the marked regions to a column's intent area. */
    CompletableFuture<IoStatus> writeIntent(final int column, final long word) {
        final KeptColumn kept = columns[column];
        return kept.area.write(kept.chunklet, set.id(), word | kept.owed);
    }

    /** Whether another column that shares a group with this one lies on a device. */
    boolean sharesGroupOn(final int column, final UUID device) {
        for (int other = 0; other < columns.length; other++) {
            if (other != column
                    && columns[other].uuid.equals(device)
                    && set.layout().shareGroup(column, other)) {
                return true;
            }
        }
        return false;
    }

    void close() {
        closed = true;
        patience.end();
        for (final KeptColumn kept : columns) {
            kept.forgetComing();
            kept.forgetSums();
        }
        publish();
        settle();
    }

    private StorageException unavailable(final String what, final int column) {
        return new StorageException(
                StorageException.Code.UNAVAILABLE, what + ": set=" + set.id() + " column=" + column);
    }

    private long readable() {
        return mask(ColumnStatus.SERVING, ColumnStatus.SERVING);
    }

    /** Columns that are in sync, attached or not. */
    private long relied() {
        return mask(ColumnStatus.SERVING, ColumnStatus.ABSENT);
    }

    /** Whether a column is being declared stale. */
    boolean settling() {
        return staling() != 0;
    }

    private long staling() {
        return mask(ColumnStatus.STALING, ColumnStatus.STALING);
    }

    private long mask(final ColumnStatus one, final ColumnStatus other) {
        long mask = 0;
        for (int column = 0; column < columns.length; column++) {
            if (columns[column].status == one || columns[column].status == other) {
                mask |= 1L << column;
            }
        }
        return mask;
    }

    /** Makes the present states visible to the data path. */
    void publish() {
        final long readable = readable();
        final List<Columns.Place> places = new ArrayList<>();
        final List<RaidColumn> placement = new ArrayList<>();
        final List<RaidSetInfo.ColumnInfo> infos = new ArrayList<>();
        boolean rebuilding = false;
        for (int column = 0; column < columns.length; column++) {
            final KeptColumn kept = columns[column];
            places.add(kept.place());
            rebuilding |= kept.rebuilding;
            placement.add(kept.placement());
            infos.add(new RaidSetInfo.ColumnInfo(kept.placement(), kept.device != null, kept.rebuilding));
        }
        final boolean enough = set.layout().survives(~readable);
        final boolean served = set.columns() != null && set.columns().serving();
        if (served && !enough) {
            set.intent().suspectWriters();
            patience.begin();
        }
        final boolean could = enough && !fenced && !closed && !patience.waits(relied() != readable);
        final boolean serving = set.log().mayServe(could);
        if (serving && !intentKnown) {
            intentKnown = true;
            set.intent().merge(set.layout().allRegions());
        }
        set.publish(new Columns(
                List.copyOf(places),
                readable,
                mask(ColumnStatus.SERVING, ColumnStatus.TARGET),
                mask(ColumnStatus.ABSENT, ColumnStatus.STALING),
                serving,
                Long.bitCount(readable) == columns.length,
                rebuilding,
                set.spec(placement),
                infos));
        if (served && !serving && !closed) {
            LOG.error("raid.set-offline set={}", set.id());
        } else if (!served && serving) {
            LOG.info("raid.set-serving set={}", set.id());
        }
        set.intent().columnsChanged();
    }

    private record Waiting(long mask, ColumnVerdict waiter) {}
}
