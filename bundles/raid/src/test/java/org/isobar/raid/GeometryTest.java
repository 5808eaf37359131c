package org.isobar.raid;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.isobar.spi.raid.RaidGeometry;
import org.isobar.spi.raid.RaidLevel;
import org.junit.Test;

public class GeometryTest {
    private static final int STRIP = 4096;
    private static final int COLUMNS_MAX = 40;
    private static final List<RaidLevel> LEVELS = List.of(new Raid10Level(), new Raid5Level(), new Raid50Level());

    @Test
    public void placesEveryStripOnceAndFillsEveryRow() {
        everyGeometry((level, geometry) -> {
            final int strips = geometry.groupsPerStripe() * (geometry.dataStripsPerGroup() + 1);
            assertEquals((long) geometry.columns() * geometry.rowsPerStripe(), strips);
            for (long stripe = 0; stripe < 2L * geometry.periodStripes(); stripe++) {
                final Set<Integer> places = new HashSet<>();
                for (int group = 0; group < geometry.groupsPerStripe(); group++) {
                    for (int element = 0; element <= geometry.dataStripsPerGroup(); element++) {
                        final int column = geometry.column(stripe, group, element);
                        final int row = geometry.row(stripe, group, element);
                        assertTrue(column >= 0 && column < geometry.columns());
                        assertTrue(row >= 0 && row < geometry.rowsPerStripe());
                        assertTrue(places.add(row * geometry.columns() + column));
                    }
                }
            }
        });
    }

    @Test
    public void survivesTheLossOfAnyOneColumn() {
        everyGeometry((level, geometry) -> {
            final SetLayout layout = new SetLayout(geometry, 1L << 20);
            for (int column = 0; column < geometry.columns(); column++) {
                assertTrue(level.name() + " " + geometry.columns(), layout.survives(1L << column));
            }
        });
    }

    @Test
    public void repeatsAfterItsPeriod() {
        everyGeometry((level, geometry) -> {
            final int period = geometry.periodStripes();
            for (int stripe = 0; stripe < period; stripe++) {
                for (int group = 0; group < geometry.groupsPerStripe(); group++) {
                    for (int element = 0; element <= geometry.dataStripsPerGroup(); element++) {
                        assertEquals(
                                geometry.column(stripe, group, element),
                                geometry.column(stripe + 3L * period, group, element));
                    }
                }
            }
        });
    }

    @Test
    public void spreadsRedundancyOverAllColumnsOfAParityGroup() {
        for (int columns = 3; columns < COLUMNS_MAX; columns++) {
            final RaidGeometry geometry = new Raid5Level().geometry(columns, STRIP);
            final Set<Integer> parityColumns = new HashSet<>();
            for (int stripe = 0; stripe < columns; stripe++) {
                parityColumns.add(geometry.column(stripe, 0, geometry.dataStripsPerGroup()));
            }
            assertEquals(columns, parityColumns.size());
        }
    }

    @Test
    public void keepsLongReadsOfRaid5OnAllColumns() {
        final RaidGeometry geometry = new Raid5Level().geometry(5, STRIP);
        int before = -1;
        for (int strip = 0; strip < 40; strip++) {
            final int column = geometry.column(strip / 4, 0, strip % 4);
            if (before >= 0) {
                assertEquals("left-symmetric: strip follows strip on the next column", (before + 1) % 5, column);
            }
            before = column;
        }
    }

    @Test
    public void putsBothCopiesOnNeighbours() {
        final RaidGeometry geometry = new Raid10Level().geometry(3, STRIP);
        final int[][] expected = {{0, 0, 1, 0}, {2, 0, 0, 1}, {1, 1, 2, 1}};
        for (int group = 0; group < 3; group++) {
            assertEquals(expected[group][0], geometry.column(0, group, 0));
            assertEquals(expected[group][1], geometry.row(0, group, 0));
            assertEquals(expected[group][2], geometry.column(0, group, 1));
            assertEquals(expected[group][3], geometry.row(0, group, 1));
        }
    }

    @Test
    public void survivesSecondLossesInOtherGroupsOnly() {
        final SetLayout mirrors = new SetLayout(new Raid10Level().geometry(4, STRIP), 1L << 20);
        assertTrue(mirrors.survives(0b0101));
        assertTrue(!mirrors.survives(0b0011));
        final SetLayout groups = new SetLayout(new Raid50Level().geometry(6, STRIP), 1L << 20);
        assertTrue(groups.survives(0b001_100));
        assertTrue(!groups.survives(0b000_110));
    }

    @Test
    public void choosesColumnsForSoManyDevices() {
        assertColumns(new Raid10Level(), new int[][] {{2, 2}, {3, 3}, {7, 7}, {12, 12}, {40, 12}});
        assertColumns(new Raid5Level(), new int[][] {{3, 3}, {4, 3}, {5, 4}, {10, 9}, {40, 9}});
        assertColumns(new Raid50Level(), new int[][] {{6, 6}, {7, 6}, {8, 8}, {9, 9}, {11, 10}, {13, 12}, {40, 18}});
    }

    private static void assertColumns(final RaidLevel level, final int[][] expected) {
        for (final int[] pair : expected) {
            assertEquals(level.name() + " on " + pair[0], pair[1], level.columns(pair[0]));
            assertEquals(pair[1], level.geometry(pair[1], STRIP).columns());
        }
    }

    @Test
    public void formsAsFewRaid50GroupsAsDivideEvenly() {
        assertEquals(2, new Raid50Level().geometry(8, STRIP).groupsPerStripe());
        assertEquals(3, new Raid50Level().geometry(9, STRIP).groupsPerStripe());
        assertEquals(2, new Raid50Level().geometry(12, STRIP).groupsPerStripe());
    }

    @Test
    public void refusesWhatItHasNoGeometryFor() {
        assertThrows(IllegalArgumentException.class, () -> new Raid10Level().geometry(1, STRIP));
        assertThrows(IllegalArgumentException.class, () -> new Raid5Level().geometry(2, STRIP));
        assertThrows(IllegalArgumentException.class, () -> new Raid5Level().geometry(65, STRIP));
        assertThrows(IllegalArgumentException.class, () -> new Raid50Level().geometry(7, STRIP));
        assertThrows(IllegalArgumentException.class, () -> new Raid5Level().geometry(3, 5000));
        assertThrows(IllegalArgumentException.class, () -> new Raid50Level().columns(5));
    }

    @Test
    public void cutsStripesIntoRegionsWithoutGapOrOverlap() {
        for (final long stripes : new long[] {1, 5, 63, 64, 65, 100, 1024, 12345}) {
            final SetLayout layout = new SetLayout(new Raid5Level().geometry(3, STRIP), stripes * STRIP);
            assertEquals(0, layout.firstStripe(0));
            assertEquals(stripes, layout.firstStripe(64));
            long used = 0;
            for (long stripe = 0; stripe < stripes; stripe++) {
                final int region = layout.region(stripe);
                used |= 1L << region;
                assertTrue(layout.firstStripe(region) <= stripe && stripe < layout.firstStripe(region + 1));
            }
            assertEquals(used, layout.allRegions());
        }
    }

    @Test
    public void masksTheSubRangesThatAreTouched() {
        final SetLayout layout = new SetLayout(new Raid5Level().geometry(3, 65536), 1L << 26);
        assertEquals(-1L, layout.subRanges(0, 65536));
        assertEquals(0b1111L, layout.subRanges(0, 4096));
        assertEquals(1L << 63, layout.subRanges(65024, 65536));
        assertEquals(0b11L, layout.subRanges(512, 1536));
        assertNotEquals(0, layout.subRanges(0, 512) & layout.subRanges(512, 1024));
    }

    @Test
    public void isListedForTheServiceLoader() {
        final Set<String> names = new HashSet<>();
        ServiceLoader.load(RaidLevel.class).forEach(level -> names.add(level.name()));
        assertEquals(Set.of("10", "5", "50"), names);
    }

    private static void everyGeometry(final Property property) {
        for (final RaidLevel level : LEVELS) {
            for (int columns = level.minDevices(); columns <= COLUMNS_MAX; columns++) {
                final RaidGeometry geometry;
                try {
                    geometry = level.geometry(columns, STRIP);
                } catch (final IllegalArgumentException none) {
                    assertEquals("50", level.name());
                    continue;
                }
                property.check(level, geometry);
            }
        }
    }

    private interface Property {
        void check(RaidLevel level, RaidGeometry geometry);
    }
}
