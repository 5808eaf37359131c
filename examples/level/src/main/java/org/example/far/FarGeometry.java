package org.example.far;

import org.isobar.spi.raid.RaidGeometry;

/** A stripe is one strip of each column; strip {@code n} has its copy on column {@code n + columns / 2}. */
record FarGeometry(int columns, int stripBytes) implements RaidGeometry {
    @Override
    public int rowsPerStripe() {
        return 1;
    }

    @Override
    public int groupsPerStripe() {
        return columns / 2;
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
        return element == 0 ? group : group + columns / 2;
    }

    @Override
    public int row(final long stripe, final int group, final int element) {
        return 0;
    }
}
