package org.isobar.testkit.level;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.isobar.api.raid.GeometryTable;
import org.isobar.spi.raid.RaidGeometry;
import org.isobar.spi.raid.RaidLevel;
import org.junit.Test;

/** What every RAID level must do, whatever it is good at. */
public abstract class RaidLevelContract {
    private static final int DEVICES_MAX = 80;
    private static final int STRIP_BYTES = 65_536;
    private static final int COLUMNS_MAX = 64;
    private static final int[] STRIPS = {4096, STRIP_BYTES, 1 << 20};

    /** A level as its bundle makes it; another object each time. */
    protected abstract RaidLevel level();

    @Test
    public final void hasANameThatFits() {
        assertNotNull("name", level().name());
        assertTrue("name: " + level().name(), level().name().matches("[A-Za-z0-9._-]{1,16}"));
        assertTrue("devices: " + level().minDevices(), level().minDevices() >= 2);
    }

    @Test
    public final void hasAGeometryForAnyNumberOfDevices() {
        final RaidLevel level = level();
        for (int devices = level.minDevices(); devices <= DEVICES_MAX; devices++) {
            final int columns = level.columns(devices);
            assertTrue("columns=" + columns + " devices=" + devices, columns >= 2 && columns <= devices);
            for (final int strip : STRIPS) {
                final RaidGeometry geometry = level.geometry(columns, strip);
                assertEquals("columns", columns, geometry.columns());
                assertEquals("strip.bytes", strip, geometry.stripBytes());
            }
        }
    }

    /** No two strips in one place, no group twice on a column: so any one column can be lost. */
    @Test
    public final void putsEveryStripInAPlaceOfItsOwn() {
        geometries().forEach(GeometryTable::of);
    }

    @Test
    public final void repeatsAfterItsPeriod() {
        for (final RaidGeometry geometry : geometries()) {
            final GeometryTable table = GeometryTable.of(geometry);
            for (final long from :
                    new long[] {geometry.periodStripes(), 7L * geometry.periodStripes(), far(geometry)}) {
                for (long stripe = from; stripe < from + geometry.periodStripes(); stripe++) {
                    assertAlike(geometry, table, stripe);
                }
            }
        }
    }

    private static long far(final RaidGeometry geometry) {
        return (1L << 40) / geometry.periodStripes() * geometry.periodStripes();
    }

    private static void assertAlike(final RaidGeometry geometry, final GeometryTable table, final long stripe) {
        for (int group = 0; group < geometry.groupsPerStripe(); group++) {
            for (int element = 0; element <= geometry.dataStripsPerGroup(); element++) {
                final String where = "columns=" + geometry.columns() + " stripe=" + stripe + " group=" + group
                        + " element=" + element;
                assertEquals(where, table.column(stripe, group, element), geometry.column(stripe, group, element));
                assertEquals(where, table.row(stripe, group, element), geometry.row(stripe, group, element));
            }
        }
    }

    /** Every byte of the set is in one place of its own. */
    @Test
    public final void mapsEveryByteToOnePlace() {
        for (final RaidGeometry geometry : geometries()) {
            final Map<Long, Long> addresses = new HashMap<>();
            final long strips = (long) geometry.groupsPerStripe() * geometry.dataStripsPerGroup();
            for (long strip = 0; strip < 2 * strips * geometry.periodStripes(); strip++) {
                final long stripe = strip / strips;
                final int group = (int) (strip % strips) / geometry.dataStripsPerGroup();
                final int element = (int) (strip % strips) % geometry.dataStripsPerGroup();
                final long row = stripe * geometry.rowsPerStripe() + geometry.row(stripe, group, element);
                final long place = row * COLUMNS_MAX + geometry.column(stripe, group, element);
                final Long before = addresses.put(place, strip);
                assertEquals("strip=" + strip + " lies where this one does", null, before);
            }
        }
    }

    /** A place that no strip has is space that nobody can use. */
    @Test
    public final void leavesNoPlaceUnused() {
        for (final RaidGeometry geometry : geometries()) {
            assertEquals(
                    "columns=" + geometry.columns(),
                    (long) geometry.columns() * geometry.rowsPerStripe(),
                    (long) geometry.groupsPerStripe() * (geometry.dataStripsPerGroup() + 1));
        }
    }

    /** Another object, as a restarted or updated bundle makes it, lays out data alike. */
    @Test
    public final void alwaysGivesTheSameAnswers() {
        final RaidLevel one = level();
        final RaidLevel other = level();
        for (int devices = one.minDevices(); devices <= DEVICES_MAX; devices++) {
            final int columns = one.columns(devices);
            assertEquals("columns for devices=" + devices, columns, other.columns(devices));
            assertEquals(
                    "columns=" + columns,
                    GeometryTable.of(one.geometry(columns, STRIP_BYTES)).fingerprint(),
                    GeometryTable.of(other.geometry(columns, STRIP_BYTES)).fingerprint());
        }
    }

    @Test
    public final void refusesShapesThatItDoesNotHave() {
        assertThrows(IllegalArgumentException.class, () -> level().geometry(1, STRIP_BYTES));
        assertThrows(IllegalArgumentException.class, () -> level().geometry(COLUMNS_MAX + 1, STRIP_BYTES));
        final int columns = level().columns(DEVICES_MAX);
        assertThrows(IllegalArgumentException.class, () -> GeometryTable.of(level().geometry(columns, 5000)));
    }

    /** Those of sets that are formed on few and on many devices. */
    private List<RaidGeometry> geometries() {
        final RaidLevel level = level();
        final List<RaidGeometry> all = new ArrayList<>();
        int last = 0;
        for (int devices = level.minDevices(); devices <= DEVICES_MAX; devices++) {
            final int columns = level.columns(devices);
            if (columns != last) {
                all.add(level.geometry(columns, STRIP_BYTES));
                last = columns;
            }
        }
        return all;
    }
}
