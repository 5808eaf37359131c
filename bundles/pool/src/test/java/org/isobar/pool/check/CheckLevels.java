package org.isobar.pool.check;

import org.isobar.spi.raid.RaidGeometry;
import org.isobar.spi.raid.RaidLevel;

/** Two plain levels for the checker to find: a mirror of two columns, and three columns with parity on the last. */
public final class CheckLevels {
    private CheckLevels() {}

    /** Two copies. */
    public static final class Mirror implements RaidLevel {
        @Override
        public String name() {
            return "mirror";
        }

        @Override
        public int minDevices() {
            return 2;
        }

        @Override
        public int columns(final int devices) {
            return 2;
        }

        @Override
        public RaidGeometry geometry(final int columns, final int stripBytes) {
            return new Plain(columns, stripBytes);
        }
    }

    /** Two data strips and their XOR. */
    public static final class Parity implements RaidLevel {
        @Override
        public String name() {
            return "parity";
        }

        @Override
        public int minDevices() {
            return 3;
        }

        @Override
        public int columns(final int devices) {
            return 3;
        }

        @Override
        public RaidGeometry geometry(final int columns, final int stripBytes) {
            if (columns < 3) {
                throw new IllegalArgumentException("columns: must be 3 or more, is " + columns);
            }
            return new Plain(columns, stripBytes);
        }
    }

    private record Plain(int columns, int stripBytes) implements RaidGeometry {
        @Override
        public int rowsPerStripe() {
            return 1;
        }

        @Override
        public int groupsPerStripe() {
            return 1;
        }

        @Override
        public int dataStripsPerGroup() {
            return columns - 1;
        }

        @Override
        public int periodStripes() {
            return 1;
        }

        @Override
        public int column(final long stripe, final int group, final int element) {
            return element;
        }

        @Override
        public int row(final long stripe, final int group, final int element) {
            return 0;
        }
    }
}
