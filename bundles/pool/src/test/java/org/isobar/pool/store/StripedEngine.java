package org.isobar.pool.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.device.DeviceDirectory;
import org.isobar.api.raid.RaidEngine;
import org.isobar.api.raid.RaidSet;
import org.isobar.api.raid.RaidSetJournal;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.common.lane.Lanes;
import org.isobar.spi.raid.RaidGeometry;
import org.isobar.spi.raid.RaidLevel;

/** Sets without redundancy: strips side by side on all columns. Enough to test what lies above. */
final class StripedEngine implements RaidEngine {
    static final String LEVEL = "0";
    /** What it takes for a write log, though it has none. */
    static final long LOG_BYTES = 8192;

    private final Lanes lanes;
    private final Map<Long, StripedSet> sets = new HashMap<>();
    private boolean refusing;

    StripedEngine(final Lanes lanes) {
        this.lanes = lanes;
    }

    /** Whether sets cannot be assembled. */
    void refuse(final boolean refuses) {
        refusing = refuses;
    }

    Map<Long, StripedSet> sets() {
        return sets;
    }

    @Override
    public List<String> levels() {
        return List.of(LEVEL);
    }

    @Override
    public RaidLevel level(final String name) {
        if (!name.equals(LEVEL)) {
            throw new StorageException(StorageException.Code.INVALID, "no such RAID level: level=" + name);
        }
        return new Level();
    }

    @Override
    public long logBytes(final String level, final int columns, final int stripBytes, final long chunkletBytes) {
        return LOG_BYTES;
    }

    @Override
    public long dataBytes(final String level, final int columns, final int stripBytes, final long chunkletBytes) {
        return columns * chunkletBytes;
    }

    @Override
    public boolean mustDiffer(final String level, final int columns, final int columnA, final int columnB) {
        return true;
    }

    @Override
    public CompletionStage<RaidSet> assemble(
            final RaidSetSpec spec, final DeviceDirectory devices, final RaidSetJournal journal) {
        if (refusing) {
            return CompletableFuture.failedStage(
                    new StorageException(StorageException.Code.INVALID, "refused by the test"));
        }
        final StripedSet set = new StripedSet(spec, devices, lanes.control());
        sets.put(spec.id(), set);
        return CompletableFuture.completedStage(set);
    }

    private static final class Level implements RaidLevel {
        @Override
        public String name() {
            return LEVEL;
        }

        @Override
        public int minDevices() {
            return 2;
        }

        @Override
        public int columns(final int devices) {
            return Math.min(devices, 3);
        }

        @Override
        public RaidGeometry geometry(final int columns, final int stripBytes) {
            return new StripedGeometry(columns, stripBytes);
        }
    }

    /** One "group" for each column. */
    record StripedGeometry(int columns, int stripBytes) implements RaidGeometry {
        @Override
        public int rowsPerStripe() {
            return 1;
        }

        @Override
        public int groupsPerStripe() {
            return columns;
        }

        @Override
        public int dataStripsPerGroup() {
            return 1;
        }

        @Override
        public int periodStripes() {
            return 1;
        }

        @Override
        public int column(final long stripe, final int group, final int element) {
            return group;
        }

        @Override
        public int row(final long stripe, final int group, final int element) {
            return 0;
        }
    }
}
