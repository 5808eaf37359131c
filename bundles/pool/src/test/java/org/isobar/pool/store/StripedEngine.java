package org.isobar.pool.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.device.DeviceDirectory;
import org.isobar.api.raid.LayoutBook;
import org.isobar.api.raid.RaidEngine;
import org.isobar.api.raid.RaidLevelInfo;
import org.isobar.api.raid.RaidSet;
import org.isobar.api.raid.RaidSetJournal;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.api.raid.RaidShape;
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
    private LayoutBook book;
    private RaidLevelInfo.State state = RaidLevelInfo.State.INSTALLED;
    private long fingerprint = 1;
    private boolean refusing;
    private long loggedFromBytes;

    StripedEngine(final Lanes lanes) {
        this.lanes = lanes;
    }

    /** Whether sets cannot be assembled. */
    void refuse(final boolean refuses) {
        refusing = refuses;
    }

    /** The level has no use for a write log from now on. */
    void needsNoLog() {
        loggedFromBytes = Long.MAX_VALUE;
    }

    /** Chunklets of fewer bytes have no room for a write log from now on. */
    void logsFrom(final long chunkletBytes) {
        loggedFromBytes = chunkletBytes;
    }

    Map<Long, StripedSet> sets() {
        return sets;
    }

    /** The level is in this state from now on. */
    void level(final RaidLevelInfo.State now) {
        state = now;
        if (book != null) {
            lanes.control().execute(() -> book.levelsChanged());
        }
    }

    /** Sets assembled from now on are laid out in another way. */
    void fingerprint(final long another) {
        fingerprint = another;
    }

    LayoutBook book() {
        return book;
    }

    private boolean usable() {
        return state == RaidLevelInfo.State.INSTALLED || state == RaidLevelInfo.State.AWAY;
    }

    @Override
    public List<String> levels() {
        return usable() ? List.of(LEVEL) : List.of();
    }

    @Override
    public List<RaidLevelInfo> levelInfos() {
        return List.of(
                new RaidLevelInfo(LEVEL, state, "striped", "1.0.0", 2, 0, usable() ? "" : "level 0 is not here"));
    }

    @Override
    public long fingerprint(final RaidShape shape) {
        if (!usable()) {
            throw new StorageException(StorageException.Code.INVALID, "no such RAID level: level=" + shape.level());
        }
        return fingerprint;
    }

    @Override
    public void keepTo(final LayoutBook known) {
        book = known;
    }

    @Override
    public RaidLevel level(final String name) {
        if (!name.equals(LEVEL) || !usable()) {
            throw new StorageException(StorageException.Code.INVALID, "no such RAID level: level=" + name);
        }
        return new Level();
    }

    @Override
    public long logBytes(final String level, final int columns, final int stripBytes, final long chunkletBytes) {
        return chunkletBytes >= loggedFromBytes ? LOG_BYTES : 0;
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
            return StripedEngine.LEVEL;
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
