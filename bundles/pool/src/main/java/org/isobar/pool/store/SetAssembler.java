package org.isobar.pool.store;

import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.device.DeviceDirectory;
import org.isobar.api.raid.RaidEngine;
import org.isobar.api.raid.RaidLevelInfo;
import org.isobar.api.raid.RaidSet;
import org.isobar.api.raid.RaidSetJournal;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.api.raid.RaidShape;
import org.isobar.pool.store.SetRecord.ColumnInSync;
import org.isobar.pool.store.SetRecord.ColumnStale;
import org.isobar.pool.store.SetRecord.RebuildBegun;
import org.isobar.spi.raid.RaidLevel;

/** Assembles sets and keeps their column states in the metadata log. Control lane. */
final class SetAssembler implements RaidSetJournal {
    private final RaidEngine engine;
    private final DeviceDirectory directory;
    private final Metadata metadata;
    private Runnable columnsChanged = () -> {};

    SetAssembler(final RaidEngine engine, final DeviceDirectory directory, final Metadata metadata) {
        this.engine = engine;
        this.directory = directory;
        this.metadata = metadata;
    }

    /** Who wants to hear that a column's durable state has changed. */
    void onColumnsChanged(final Runnable listener) {
        columnsChanged = listener;
    }

    RaidEngine engine() {
        return engine;
    }

    /** Whether sets of a level can be assembled. Any thread. */
    boolean has(final String level) {
        return engine.levels().contains(level);
    }

    /** Whether a level has gone a moment ago. Any thread. */
    boolean away(final String level) {
        return engine.levelInfos().stream()
                .anyMatch(info -> info.name().equals(level) && info.state() == RaidLevelInfo.State.AWAY);
    }

    /**
     * The level of a pool. Any thread.
     *
     * @throws StorageException UNAVAILABLE when it is not installed
     */
    RaidLevel level(final PoolState pool) {
        if (!has(pool.level())) {
            throw new StorageException(StorageException.Code.UNAVAILABLE, PoolLevels.whyMissing(engine, pool.level()));
        }
        return engine.level(pool.level());
    }

    /**
     * Assembles a set, if its level lays it out as the sets that there are. How the first one of a shape is laid out is
     * recorded before it serves.
     */
    CompletionStage<RaidSet> assemble(final RaidSetSpec spec) {
        try {
            final RaidShape shape = RaidShape.of(spec);
            final LayoutKnown layout = new LayoutKnown(shape, engine.fingerprint(shape));
            final OptionalLong known = metadata.state().layout(shape);
            if (known.isPresent() && known.getAsLong() == layout.fingerprint()) {
                return engine.assemble(spec, directory, this);
            }
            if (known.isPresent() && metadata.state().hasSets(shape)) {
                throw new StorageException(
                        StorageException.Code.UNAVAILABLE,
                        "RAID level lays out data otherwise than the sets that there are: set=" + spec.id() + " level="
                                + spec.level() + " columns=" + shape.columns());
            }
            return metadata.append(layout).thenCompose(nothing -> engine.assemble(spec, directory, this));
        } catch (final StorageException failure) {
            return CompletableFuture.failedStage(failure);
        }
    }

    @Override
    public CompletionStage<Void> columnStale(final long setId, final int column) {
        return metadata.state().set(setId).isPresent()
                ? append(new ColumnStale(setId, column))
                : CompletableFuture.failedStage(new StorageException(
                        StorageException.Code.UNAVAILABLE, "column lost while the set was formed: set=" + setId));
    }

    @Override
    public CompletionStage<Void> rebuildBegun(final long setId, final int column) {
        return metadata.append(new RebuildBegun(setId, column));
    }

    @Override
    public CompletionStage<Void> columnInSync(final long setId, final int column) {
        return append(new ColumnInSync(setId, column));
    }

    /** Columns of other redundancy groups may share a device; those of one group must not. Without the level nobody knows. */
    boolean mustDiffer(final RaidSetSpec spec, final int columnA, final int columnB) {
        return !has(spec.level())
                || engine.mustDiffer(spec.level(), spec.columns().size(), columnA, columnB);
    }

    private CompletionStage<Void> append(final MemberRecord record) {
        final CompletionStage<Void> stage = metadata.append(record);
        return stage.thenRun(() -> columnsChanged.run());
    }
}
