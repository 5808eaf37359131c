package org.isobar.pool.store;

import java.util.List;
import org.isobar.api.StorageException;
import org.isobar.api.pool.ClassOfService;
import org.isobar.api.profile.Performance;
import org.isobar.api.profile.PerformanceClass;
import org.isobar.api.raid.RaidColumn;
import org.isobar.spi.raid.RaidLevel;

/** What a pool promises, of the sets that it has, or of the first it would form. Any thread. */
final class PoolServiceFigures {
    private final StoreParts parts;

    PoolServiceFigures(final StoreParts parts) {
        this.parts = parts;
    }

    /** The service of a pool; its figures are unknown while a chunklet that counts is of no class. */
    ClassOfService of(final PoolState pool) {
        try {
            final RaidLevel level = parts.assembler().level(pool);
            final List<SetState> sets = parts.state().sets().stream()
                    .filter(set -> set.pool().equals(pool.name()))
                    .toList();
            return sets.isEmpty() ? ofNext(pool, level) : ofSets(sets, level);
        } catch (final StorageException unplugged) {
            return ClassOfService.UNKNOWN;
        }
    }

    /** Of the set with fewest columns, on the slowest chunklets of all. */
    private ClassOfService ofSets(final List<SetState> sets, final RaidLevel level) {
        final ChunkletMap map = parts.state().classes();
        int columns = Integer.MAX_VALUE;
        int stripBytes = 0;
        Performance slowest = null;
        for (final SetState set : sets) {
            if (set.spec().columns().size() < columns) {
                columns = set.spec().columns().size();
                stripBytes = set.spec().stripBytes();
            }
            for (final RaidColumn column : set.spec().columns()) {
                final int index = map.classOf(column.device(), column.chunklet());
                slowest = slower(
                        slowest,
                        index < 0
                                ? Performance.UNKNOWN
                                : map.classes().get(index).performance());
            }
        }
        return ServiceModel.of(level.geometry(columns, stripBytes), slowest);
    }

    private ClassOfService ofNext(final PoolState pool, final RaidLevel level) {
        final long chunkletBytes = parts.devices().chunkletBytes();
        final int devices =
                parts.devices().rooms(chunkletBytes, pool.performanceClass()).size();
        final int columns = level.columns(Math.max(devices, level.minDevices()));
        final Performance performance = parts.state().classes().classes().stream()
                .filter(one -> one.name().equals(pool.performanceClass()))
                .map(PerformanceClass::performance)
                .findFirst()
                .orElse(Performance.UNKNOWN);
        return ServiceModel.of(level.geometry(columns, parts.factory().stripBytes()), performance);
    }

    private static Performance slower(final Performance one, final Performance other) {
        return one == null
                ? other
                : new Performance(
                        Math.min(one.readMibPerS(), other.readMibPerS()),
                        Math.min(one.readsPerS(), other.readsPerS()),
                        Math.max(one.readLatencyUs(), other.readLatencyUs()),
                        Math.min(one.writeMibPerS(), other.writeMibPerS()),
                        Math.min(one.writesPerS(), other.writesPerS()),
                        Math.max(one.writeLatencyUs(), other.writeLatencyUs()));
    }
}
