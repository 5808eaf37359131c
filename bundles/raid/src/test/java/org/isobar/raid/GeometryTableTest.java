package org.isobar.raid;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.List;
import org.isobar.api.raid.GeometryTable;
import org.isobar.spi.raid.RaidGeometry;
import org.junit.Test;

public class GeometryTableTest {
    private static final int STRIP = 4096;
    private static final long RAID_5_OF_4 = 9143976737737484506L;
    private static final long RAID_10_OF_3 = 3054680534805659240L;

    @Test
    public void answersWhatTheGeometryAnswers() {
        SetWorld.LEVELS.forEach(level -> {
            final int columns = level.columns(9);
            final RaidGeometry geometry = level.geometry(columns, STRIP);
            final GeometryTable table = GeometryTable.of(geometry);
            assertEquals(geometry.stripeDataBytes(), table.stripeDataBytes());
            assertEquals(geometry.rowsPerStripe(), table.rowsPerStripe());
            for (long stripe = (1L << 40) - 3; stripe < (1L << 40) + 2L * columns; stripe++) {
                for (int group = 0; group < geometry.groupsPerStripe(); group++) {
                    for (int element = 0; element <= geometry.dataStripsPerGroup(); element++) {
                        assertEquals(geometry.column(stripe, group, element), table.column(stripe, group, element));
                        assertEquals(geometry.row(stripe, group, element), table.row(stripe, group, element));
                    }
                }
            }
            assertSame(table, GeometryTable.of(table));
        });
    }

    @Test
    public void hasAFingerprintForEachLayout() {
        final long raid5 = GeometryTable.of(new ParityGeometry(1, 4, STRIP)).fingerprint();
        assertEquals(raid5, GeometryTable.of(new ParityGeometry(1, 4, STRIP)).fingerprint());
        assertNotEquals(raid5, GeometryTable.of(new ParityGeometry(1, 5, STRIP)).fingerprint());
        assertNotEquals(
                raid5, GeometryTable.of(new ParityGeometry(1, 4, 2 * STRIP)).fingerprint());
        assertNotEquals(
                GeometryTable.of(Drawn.pairs(0, 1, 2, 3)).fingerprint(),
                GeometryTable.of(Drawn.pairs(1, 0, 2, 3)).fingerprint());
    }

    /** What is written on devices goes by it: a changed sum would have every member refuse its own levels. */
    @Test
    public void keepsItsFingerprintsFromReleaseToRelease() {
        assertEquals(
                RAID_5_OF_4, GeometryTable.of(new ParityGeometry(1, 4, 65_536)).fingerprint());
        assertEquals(
                RAID_10_OF_3, GeometryTable.of(new MirrorGeometry(3, 65_536)).fingerprint());
    }

    @Test
    public void refusesAGroupWithTwoStripsOnOneColumn() {
        refused("two strips of a group on one column: stripe=0 group=1 column=2", Drawn.pairs(0, 1, 2, 2));
    }

    @Test
    public void refusesTwoStripsInOnePlace() {
        refused("two strips in one place: stripe=0 group=1 column=1", Drawn.pairs(0, 1, 2, 1));
    }

    @Test
    public void refusesPlacesOutsideOfTheSet() {
        refused("column", Drawn.pairs(0, 1, 2, 4));
        refused("column", Drawn.pairs(0, -1, 2, 3));
        refused("row", new Drawn(4, STRIP, 1, 1, List.of(0, 1, 2, 3)));
    }

    @Test
    public void refusesShapesThatNoSetHas() {
        refused("columns", new ParityGeometry(5, 13, STRIP));
        refused("period.stripes", new Drawn(4, STRIP, GeometryTable.PLACES_MAX, 0, List.of(0, 1, 2, 3)));
        refused("strip.bytes", new Drawn(4, 2048, 1, 0, List.of(0, 1, 2, 3)));
        refused("strip.bytes", new Drawn(4, 5000, 1, 0, List.of(0, 1, 2, 3)));
    }

    private static void refused(final String why, final RaidGeometry geometry) {
        final IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> GeometryTable.of(geometry));
        assertTrue(refused.getMessage(), refused.getMessage().contains(why));
    }

    /** Pairs of copies on columns that are told, in one row. */
    record Drawn(int columns, int stripBytes, int periodStripes, int rowOfAll, List<Integer> places)
            implements RaidGeometry {
        static Drawn pairs(final Integer... places) {
            return new Drawn(4, STRIP, 1, 0, List.of(places));
        }

        @Override
        public int rowsPerStripe() {
            return 1;
        }

        @Override
        public int groupsPerStripe() {
            return places.size() / 2;
        }

        @Override
        public int dataStripsPerGroup() {
            return 1;
        }

        @Override
        public int column(final long stripe, final int group, final int element) {
            return places.get(2 * group + element);
        }

        @Override
        public int row(final long stripe, final int group, final int element) {
            return rowOfAll;
        }
    }
}
