package org.isobar.pool.store;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.device.DeviceDirectory;
import org.isobar.api.raid.RaidEngine;
import org.isobar.api.raid.RaidSet;
import org.isobar.api.raid.RaidSetJournal;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.pool.store.SetRecord.ColumnInSync;
import org.isobar.pool.store.SetRecord.ColumnStale;
import org.isobar.pool.store.SetRecord.RebuildBegun;

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

    CompletionStage<RaidSet> assemble(final RaidSetSpec spec) {
        try {
            return engine.assemble(spec, directory, this);
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

    /** Columns of other redundancy groups may share a device; those of one group must not. */
    boolean mustDiffer(final RaidSetSpec spec, final int columnA, final int columnB) {
        return engine.mustDiffer(spec.level(), spec.columns().size(), columnA, columnB);
    }

    private CompletionStage<Void> append(final MemberRecord record) {
        final CompletionStage<Void> stage = metadata.append(record);
        return stage.thenRun(() -> columnsChanged.run());
    }
}
