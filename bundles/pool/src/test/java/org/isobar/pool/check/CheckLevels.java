package org.isobar.pool.check;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.spi.raid.LogInspector;
import org.isobar.spi.raid.RaidGeometry;
import org.isobar.spi.raid.RaidLevel;

/** Two plain levels for the checker to find: a mirror of two columns, and three columns with parity on the last. And who looks at logs. */
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

    /** Finds in column 1 of parity sets what a byte says. */
    public static final class Inspector implements LogInspector {
        static final int MARK_OFFSET = 5 * 4096 + 100;
        static final byte DAMAGE = 1;
        static final byte DOUBT = 2;
        static final byte NOTE = 3;

        @Override
        public void inspect(
                final RaidSetSpec spec,
                final RaidGeometry geometry,
                final boolean written,
                final Media media,
                final Findings findings) {
            if (geometry.columns() < 3) {
                return;
            }
            final String where = "group=0 column=1";
            if (!media.has(1)) {
                findings.note(where, "no column");
                return;
            }
            final ByteBuf mark = Unpooled.buffer(1);
            try {
                media.read(1, MARK_OFFSET, 1, mark);
            } catch (final IOException unreadable) {
                return;
            }
            switch (mark.getByte(0)) {
                case DAMAGE -> findings.damage(where, "damage written=" + written);
                case DOUBT -> findings.doubt(where, "doubt written=" + written);
                case NOTE -> findings.note(where, "note");
                default -> mark.clear();
            }
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
