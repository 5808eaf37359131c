package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.isobar.api.StorageException;
import org.isobar.api.device.Device;
import org.isobar.api.pool.ChunkletClasses;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidColumn;
import org.isobar.api.raid.RaidSet;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.pool.store.SetRecord.SetAdded;
import org.isobar.pool.store.SetRecord.SetRemoved;
import org.isobar.spi.raid.RaidLevel;

/**
 * Forms RAID sets from free chunklets, and takes empty ones apart. A set is recorded only after it was zeroed on stable
 * media, so whatever the metadata calls FREE reads as zeros. Control lane.
 */
final class SetFactory {
    /** Long enough for any log. */
    private static final long LONG_CHUNKLET_BYTES = 1L << 30;

    private final SetAssembler assembler;
    private final Metadata metadata;
    private final UsableDevices devices;
    private final SetTable sets;
    private final int stripBytes;
    private long lastId;
    private Consumer<LiveSet> formedListener = set -> {};

    SetFactory(
            final SetAssembler assembler,
            final Metadata metadata,
            final UsableDevices devices,
            final SetTable sets,
            final int stripBytes) {
        this.assembler = assembler;
        this.metadata = metadata;
        this.devices = devices;
        this.sets = sets;
        this.stripBytes = stripBytes;
    }

    /** Strip of the sets that it forms. */
    int stripBytes() {
        return stripBytes;
    }

    /** Who wants to hear of new sets. */
    void onFormed(final Consumer<LiveSet> listener) {
        formedListener = listener;
    }

    /**
     * Forms a set.
     *
     * @throws StorageException (in the stage) NO_SPACE when there are no chunklets for it
     */
    CompletionStage<LiveSet> form(final PoolState known, final int pageBytes) {
        final RaidSetSpec spec;
        final int slotCount;
        // Its class and its wish for a write log may have changed since the caller has looked.
        final PoolState pool = metadata.state().pool(known.name()).orElse(known);
        try {
            final RaidLevel level = assembler.level(pool);
            spec = plan(pool, level).orElseThrow(() -> noRoom(pool, level));
            slotCount = slotCount(pool, spec.columns().size(), pageBytes, spec.chunkletBytes());
        } catch (final StorageException failure) {
            return CompletableFuture.failedStage(failure);
        }
        if (slotCount == 0) {
            settle(spec);
            return CompletableFuture.failedStage(new StorageException(
                    StorageException.Code.NO_SPACE,
                    "a page does not fit into a RAID set: pool=" + pool.name() + " pageBytes=" + pageBytes));
        }
        return form(SetAdded.fresh(pool.name(), pageBytes, slotCount, spec));
    }

    /** Slots that a set of this form has; 0 when a page does not fit. */
    int slotCount(final PoolState pool, final int columns, final int pageBytes, final long chunkletBytes) {
        final RaidLevel level = assembler.level(pool);
        final long slotBytes =
                LiveSet.slotBytes(pageBytes, level.geometry(columns, stripBytes).stripeDataBytes());
        final long slots = dataBytes(pool, columns, chunkletBytes) / slotBytes;
        return (int) Math.min(slots, SetState.SLOTS_MAX);
    }

    private long dataBytes(final PoolState pool, final int columns, final long chunkletBytes) {
        final long logBytes = logBytes(pool, columns, chunkletBytes);
        return assembler.engine().dataBytes(pool.level(), columns, stripBytes, chunkletBytes - logBytes);
    }

    /** Refuses levels that need or can have no write log, and chunklets that have no room for one. */
    void checkTakesLog(final String level) {
        if (!suitsLog(level)) {
            throw new StorageException(
                    StorageException.Code.INVALID,
                    "writeLog: must be off for level " + level
                            + ", which has no write hole, or whose groups move from column to column");
        }
        if (!roomForLog(level)) {
            throw new StorageException(
                    StorageException.Code.INVALID,
                    "writeLog: must be off for level " + level + ", as chunklets of " + devices.chunkletBytes()
                            + " bytes have no room for a log; add devices with a larger chunklet.bytes");
        }
    }

    /** Whether a level has a write hole, which a log can close. */
    boolean suitsLog(final String level) {
        return leastLogBytes(level, LONG_CHUNKLET_BYTES) > 0;
    }

    /** Whether sets that the pool forms from now on have a write log: it wants one, and the chunklets have room. */
    boolean logs(final PoolState pool) {
        return pool.writeLog() && (!hasLevel(pool) || roomForLog(pool.level()));
    }

    /** Whether the chunklets have room for a log; so they have while there are none. */
    private boolean roomForLog(final String level) {
        final long chunkletBytes = devices.chunkletBytes();
        return chunkletBytes == 0 || leastLogBytes(level, chunkletBytes) > 0;
    }

    /** Bytes of the log of a set with as few columns as the level can have. */
    private long leastLogBytes(final String name, final long chunkletBytes) {
        final RaidLevel level = assembler.engine().level(name);
        return assembler.engine().logBytes(name, level.columns(level.minDevices()), stripBytes, chunkletBytes);
    }

    private long logBytes(final PoolState pool, final int columns, final long chunkletBytes) {
        return pool.writeLog() ? assembler.engine().logBytes(pool.level(), columns, stripBytes, chunkletBytes) : 0;
    }

    /** Whether the level of a pool has gone a moment ago, so that it is worth waiting for. */
    boolean levelAway(final PoolState pool) {
        return assembler.away(pool.level());
    }

    /** Whether the level of a pool can be had. */
    boolean hasLevel(final PoolState pool) {
        return assembler.has(pool.level());
    }

    /** Bytes of all sets that a pool could still form. Any thread. */
    long growableBytes(final PoolState pool) {
        final RaidLevel level = assembler.level(pool);
        final long chunkletBytes = devices.chunkletBytes();
        return SetPlanner.growableBytes(
                level,
                devices.rooms(chunkletBytes, pool.performanceClass()),
                owed(pool),
                columns -> dataBytes(pool, columns, chunkletBytes));
    }

    /** Closes an empty set and frees its chunklets. The set takes no new pages meanwhile. */
    CompletionStage<Void> remove(final LiveSet set) {
        set.leave(true);
        final RaidSet raid = set.raid();
        final CompletionStage<Void> closed = raid == null ? CompletableFuture.completedStage(null) : raid.close();
        return closed.thenCompose(nothing -> metadata.append(new SetRemoved(set.id())))
                .whenComplete((nothing, failure) -> {
                    if (failure == null) {
                        sets.remove(set);
                    }
                });
    }

    private CompletionStage<LiveSet> form(final SetAdded added) {
        final RaidSetSpec spec = added.spec();
        final CompletableFuture<LiveSet> formed = new CompletableFuture<>();
        assembler.assemble(spec).whenComplete((raid, failure) -> {
            if (failure != null) {
                settle(spec);
                formed.completeExceptionally(failure);
                return;
            }
            raid.initialize().thenCompose(nothing -> metadata.append(added)).whenComplete((nothing, problem) -> {
                if (problem == null) {
                    settle(spec);
                    formed.complete(register(spec.id(), raid));
                } else {
                    abandon(raid, spec);
                    formed.completeExceptionally(problem);
                }
            });
        });
        return formed;
    }

    private LiveSet register(final long id, final RaidSet raid) {
        final LiveSet set = new LiveSet(metadata.state().existingSet(id));
        set.assembled(raid);
        sets.add(set);
        formedListener.accept(set);
        return set;
    }

    /** The chunklets are free again only when nothing is on its way to them any more. */
    private void abandon(final RaidSet raid, final RaidSetSpec spec) {
        raid.close().whenComplete((nothing, failure) -> settle(spec));
    }

    private Optional<RaidSetSpec> plan(final PoolState pool, final RaidLevel level) {
        final long chunkletBytes = devices.chunkletBytes();
        final long id = Math.max(lastId + 1, metadata.state().nextSetId());
        final String wanted = pool.performanceClass();
        final int owed = owed(pool);
        final Optional<List<UUID>> chosen = SetPlanner.choose(
                        level, devices.trustedRooms(chunkletBytes, wanted), owed, id)
                .or(() -> SetPlanner.choose(level, devices.rooms(chunkletBytes, wanted), owed, id));
        if (chosen.isEmpty()) {
            return Optional.empty();
        }
        final List<RaidColumn> columns = new ArrayList<>();
        for (final UUID uuid : chosen.get()) {
            final Device device = devices.online(uuid).orElseThrow();
            columns.add(new RaidColumn(uuid, devices.promise(device, wanted), ColumnState.IN_SYNC));
        }
        lastId = id;
        return Optional.of(new RaidSetSpec(
                lastId,
                level.name(),
                stripBytes,
                chunkletBytes,
                columns,
                logBytes(pool, columns.size(), chunkletBytes)));
    }

    /** Chunklets that columns on devices that are not there will need elsewhere, and that the pool could take from them. */
    private int owed(final PoolState pool) {
        int count = 0;
        for (final SetState set : metadata.state().sets()) {
            if (!shares(pool, metadata.state().pool(set.pool()).orElse(pool))) {
                continue;
            }
            for (final RaidColumn column : set.spec().columns()) {
                count += devices.online(column.device()).isPresent() ? 0 : 1;
            }
        }
        return count;
    }

    private static boolean shares(final PoolState one, final PoolState other) {
        return one.performanceClass().equals(other.performanceClass())
                || one.performanceClass().equals(ChunkletClasses.ANY)
                || other.performanceClass().equals(ChunkletClasses.ANY);
    }

    private void settle(final RaidSetSpec spec) {
        spec.columns().forEach(column -> devices.settle(column.device(), column.chunklet()));
    }

    private StorageException noRoom(final PoolState pool, final RaidLevel level) {
        return new StorageException(
                StorageException.Code.NO_SPACE,
                "no free chunklets for another RAID set: pool=" + pool.name() + " level=" + level.name()
                        + " minDevices=" + level.minDevices()
                        + (pool.performanceClass().equals(ChunkletClasses.ANY) ? "; " : " ")
                        + devices.shortage(pool.performanceClass()));
    }
}
