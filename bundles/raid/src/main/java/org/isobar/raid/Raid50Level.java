package org.isobar.raid;

import org.isobar.common.Check;
import org.isobar.spi.raid.RaidGeometry;
import org.isobar.spi.raid.RaidLevel;
import org.osgi.service.component.annotations.Component;

/**
 * Two or more equal RAID 5 groups side by side in each stripe; survives one device in every group. So many columns make
 * as few groups as divide them evenly.
 */
@Component(property = RaidLevel.LEVEL + "=50")
public final class Raid50Level implements RaidLevel {
    private static final int COLUMNS_MIN = 6;
    private static final int COLUMNS_MAX = 64;
    private static final int COLUMNS_CHOSEN_MAX = 18;
    private static final int GROUPS_MIN = 2;
    private static final int GROUP_COLUMNS_MIN = 3;

    @Override
    public String name() {
        return "50";
    }

    @Override
    public int minDevices() {
        return COLUMNS_MIN;
    }

    @Override
    public int columns(final int devices) {
        int columns = Math.min(Check.range("devices", devices, COLUMNS_MIN, Integer.MAX_VALUE), COLUMNS_CHOSEN_MAX);
        while (groups(columns) == 0) {
            columns--;
        }
        return columns;
    }

    @Override
    public RaidGeometry geometry(final int columns, final int stripBytes) {
        final int groups = groups(Check.range("columns", columns, COLUMNS_MIN, COLUMNS_MAX));
        if (groups == 0) {
            throw new IllegalArgumentException(
                    "columns: must divide into groups of " + GROUP_COLUMNS_MIN + " or more, is " + columns);
        }
        return new ParityGeometry(groups, columns / groups, stripBytes);
    }

    /** Fewest groups that divide the columns evenly, or 0. */
    private static int groups(final int columns) {
        for (int groups = GROUPS_MIN; groups * GROUP_COLUMNS_MIN <= columns; groups++) {
            if (columns % groups == 0) {
                return groups;
            }
        }
        return 0;
    }
}
