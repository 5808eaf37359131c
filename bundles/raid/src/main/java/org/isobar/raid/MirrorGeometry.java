package org.isobar.raid;

import org.isobar.common.Check;
import org.isobar.spi.raid.RaidGeometry;

/**
 * Two neighbouring copies of every strip, dealt over the columns one after the other. With an even number of columns a
 * stripe is one row of pairs; with an odd number the pattern closes after two rows.
 */
final class MirrorGeometry implements RaidGeometry {
    private static final int COPIES = 2;

    private final int columns;
    private final int stripBytes;
    private final boolean odd;

    MirrorGeometry(final int columns, final int stripBytes) {
        this.columns = columns;
        this.stripBytes = Check.powerOfTwo("strip.bytes", stripBytes);
        this.odd = columns % COPIES != 0;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public int stripBytes() {
        return stripBytes;
    }

    @Override
    public int rowsPerStripe() {
        return odd ? COPIES : 1;
    }

    @Override
    public int groupsPerStripe() {
        return odd ? columns : columns / COPIES;
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
        return (COPIES * group + element) % columns;
    }

    @Override
    public int row(final long stripe, final int group, final int element) {
        return (COPIES * group + element) / columns;
    }
}
