package org.example.far;

import org.isobar.spi.raid.RaidGeometry;
import org.isobar.spi.raid.RaidLevel;
import org.osgi.service.component.annotations.Component;

/**
 * Mirrors whose copies are half a set apart: with devices of two enclosures added in turn, one enclosure may fail. Sets have
 * an even number of columns.
 */
@Component(property = RaidLevel.LEVEL + "=" + FarMirrors.NAME)
public final class FarMirrors implements RaidLevel {
    /** What operators call it. */
    static final String NAME = "far10";

    private static final int COLUMNS_MIN = 2;
    private static final int COLUMNS_MAX = 64;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int minDevices() {
        return COLUMNS_MIN;
    }

    @Override
    public int columns(final int devices) {
        return Math.min(devices, COLUMNS_MAX) / 2 * 2;
    }

    @Override
    public RaidGeometry geometry(final int columns, final int stripBytes) {
        if (columns < COLUMNS_MIN || columns > COLUMNS_MAX || columns % 2 != 0) {
            throw new IllegalArgumentException("columns: must be even, 2 to 64, is " + columns);
        }
        return new FarGeometry(columns, stripBytes);
    }
}
