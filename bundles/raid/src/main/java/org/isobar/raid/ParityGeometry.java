package org.isobar.raid;

import org.isobar.common.Check;
import org.isobar.spi.raid.RaidGeometry;

/**
 * Equal groups of neighbouring columns; in each the parity strip moves one column to the left from stripe to stripe, and
 * the data strips follow it to the right, so that a long read keeps all columns busy (left-symmetric).
 */
final class ParityGeometry implements RaidGeometry {
    private final int groups;
    private final int groupColumns;
    private final int stripBytes;

    ParityGeometry(final int groups, final int groupColumns, final int stripBytes) {
        this.groups = groups;
        this.groupColumns = groupColumns;
        this.stripBytes = Check.powerOfTwo("strip.bytes", stripBytes);
    }

    @Override
    public int columns() {
        return groups * groupColumns;
    }

    @Override
    public int stripBytes() {
        return stripBytes;
    }

    @Override
    public int rowsPerStripe() {
        return 1;
    }

    @Override
    public int groupsPerStripe() {
        return groups;
    }

    @Override
    public int dataStripsPerGroup() {
        return groupColumns - 1;
    }

    @Override
    public int periodStripes() {
        return groupColumns;
    }

    @Override
    public int column(final long stripe, final int group, final int element) {
        final int parity = groupColumns - 1 - (int) (stripe % groupColumns);
        final boolean redundancy = element == groupColumns - 1;
        final int within = redundancy ? parity : (parity + 1 + element) % groupColumns;
        return group * groupColumns + within;
    }

    @Override
    public int row(final long stripe, final int group, final int element) {
        return 0;
    }
}
