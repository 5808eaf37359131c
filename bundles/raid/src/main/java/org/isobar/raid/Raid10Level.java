package org.isobar.raid;

import org.isobar.common.Check;
import org.isobar.spi.raid.RaidGeometry;
import org.isobar.spi.raid.RaidLevel;
import org.osgi.service.component.annotations.Component;

/** Striped mirrors on any number of columns from two; survives one device, and more when no mirror loses both copies. */
@Component(property = RaidLevel.LEVEL + "=10")
public final class Raid10Level implements RaidLevel {
    private static final int COLUMNS_MIN = 2;
    private static final int COLUMNS_MAX = 64;
    /** Wider sets spread no better but fail more often. */
    private static final int COLUMNS_CHOSEN_MAX = 12;

    @Override
    public String name() {
        return "10";
    }

    @Override
    public int minDevices() {
        return COLUMNS_MIN;
    }

    @Override
    public int columns(final int devices) {
        return Math.min(Check.range("devices", devices, COLUMNS_MIN, Integer.MAX_VALUE), COLUMNS_CHOSEN_MAX);
    }

    @Override
    public RaidGeometry geometry(final int columns, final int stripBytes) {
        return new MirrorGeometry(Check.range("columns", columns, COLUMNS_MIN, COLUMNS_MAX), stripBytes);
    }
}
