package org.isobar.itests.simulation;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.isobar.api.device.DeviceDirectory;
import org.isobar.api.raid.LayoutBook;
import org.isobar.api.raid.RaidEngine;
import org.isobar.api.raid.RaidLevelInfo;
import org.isobar.api.raid.RaidSet;
import org.isobar.api.raid.RaidSetJournal;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.api.raid.RaidShape;
import org.isobar.spi.raid.RaidLevel;

/**
 * The engine, with write logs that take half of a chunklet. In chunklets as short as those of simulated members it would
 * choose logs that have no room to keep small writes in; these have some, and run full.
 */
record LongLogs(RaidEngine engine) implements RaidEngine {
    @Override
    public long logBytes(final String level, final int columns, final int stripBytes, final long chunkletBytes) {
        return engine.logBytes(level, columns, stripBytes, chunkletBytes) == 0 ? 0 : chunkletBytes / 2;
    }

    @Override
    public List<String> levels() {
        return engine.levels();
    }

    @Override
    public RaidLevel level(final String name) {
        return engine.level(name);
    }

    @Override
    public List<RaidLevelInfo> levelInfos() {
        return engine.levelInfos();
    }

    @Override
    public long fingerprint(final RaidShape shape) {
        return engine.fingerprint(shape);
    }

    @Override
    public void keepTo(final LayoutBook book) {
        engine.keepTo(book);
    }

    @Override
    public long dataBytes(final String level, final int columns, final int stripBytes, final long chunkletBytes) {
        return engine.dataBytes(level, columns, stripBytes, chunkletBytes);
    }

    @Override
    public boolean mustDiffer(final String level, final int columns, final int columnA, final int columnB) {
        return engine.mustDiffer(level, columns, columnA, columnB);
    }

    @Override
    public CompletionStage<RaidSet> assemble(
            final RaidSetSpec spec, final DeviceDirectory devices, final RaidSetJournal journal) {
        return engine.assemble(spec, devices, journal);
    }
}
