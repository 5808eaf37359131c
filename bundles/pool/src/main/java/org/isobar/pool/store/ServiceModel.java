package org.isobar.pool.store;

import org.isobar.api.pool.ClassOfService;
import org.isobar.api.pool.ServiceFigures;
import org.isobar.api.profile.Performance;
import org.isobar.spi.raid.RaidGeometry;

/**
 * What a RAID set gives, by its level's geometry and by what a chunklet of its class does. Pure. It is a model, on the safe side: strips of
 * redundancy pass under the heads without counting; of a degraded set the worst group counts, whose other columns do the work of
 * the lost one beside their own.
 */
final class ServiceModel {
    private static final int PERCENT = 100;

    private ServiceModel() {}

    /** The service of a set. */
    static ClassOfService of(final RaidGeometry geometry, final Performance chunklet) {
        final int data = geometry.dataStripsPerGroup();
        final int efficiency = PERCENT * data / (data + 1);
        return new ClassOfService(
                normal(geometry.columns(), data, chunklet),
                degraded(geometry.columns(), data, chunklet),
                efficiency,
                1);
    }

    private static ServiceFigures normal(final int columns, final int data, final Performance chunklet) {
        final double share = columns * (double) data / (data + 1);
        final boolean mirrors = data == 1;
        final double reads = chunklet.readsPerS();
        final double writes = chunklet.writesPerS();
        // Mirrors write twice; parity reads what it replaces and the parity, then writes both.
        final double perWrite = mirrors ? 2 / writes : 2 / reads + 2 / writes;
        return new ServiceFigures(
                share * chunklet.readMibPerS(),
                columns * reads,
                share * chunklet.writeMibPerS(),
                writes > 0 && reads > 0 ? columns / perWrite : 0);
    }

    private static ServiceFigures degraded(final int columns, final int data, final Performance chunklet) {
        final ServiceFigures normal = normal(columns, data, chunklet);
        if (data == 1) {
            return new ServiceFigures(
                    normal.readMibPerS(), normal.readsPerS() / 2, normal.writeMibPerS(), normal.writesPerS());
        }
        final double reads = chunklet.readsPerS();
        final double writes = chunklet.writesPerS();
        final int group = data + 1;
        // Of the writes to the group, one of so many finds its own column lost, one the parity, the others neither.
        final double perWrite =
                ((data - 1) / reads + 1 / writes + 1 / writes + (group - 2) * (2 / reads + 2 / writes)) / group;
        final double writesPerS = (double) columns / group * data / perWrite;
        return new ServiceFigures(
                normal.readMibPerS() / 2,
                normal.readsPerS() / 2,
                normal.writeMibPerS(),
                writes > 0 && reads > 0 ? Math.min(writesPerS, normal.writesPerS()) : 0);
    }
}
