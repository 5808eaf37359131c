package org.isobar.raid;

import org.isobar.common.Check;
import org.isobar.spi.raid.RaidGeometry;
import org.isobar.spi.raid.RaidLevel;
import org.osgi.service.component.annotations.Component;

/** One rotating parity strip in each stripe; survives one device. */
@Component(property = RaidLevel.LEVEL + "=5")
public final class Raid5Level implements RaidLevel {
    private static final int COLUMNS_MIN = 3;
    private static final int COLUMNS_MAX = 64;
    /** Wider stripes save little more space but make every degraded read and rebuild dearer. */
    private static final int COLUMNS_CHOSEN_MAX = 9;

    @Override
    public String name() {
        return "5";
    }

    @Override
    public int minDevices() {
        return COLUMNS_MIN;
    }

    @Override
    public int columns(final int devices) {
        Check.range("devices", devices, COLUMNS_MIN, Integer.MAX_VALUE);
        return devices == COLUMNS_MIN ? COLUMNS_MIN : Math.min(devices - 1, COLUMNS_CHOSEN_MAX);
    }

    @Override
    public RaidGeometry geometry(final int columns, final int stripBytes) {
        return new ParityGeometry(1, Check.range("columns", columns, COLUMNS_MIN, COLUMNS_MAX), stripBytes);
    }
}
