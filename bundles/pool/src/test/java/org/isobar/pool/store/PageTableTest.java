package org.isobar.pool.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

public class PageTableTest {
    private static final int SEGMENT = 4096;

    private final PageTable table = new PageTable(3L * SEGMENT);

    @Test
    public void givesBackSetAndSlotAtTheirLargest() {
        table.map(SEGMENT, Integer.MAX_VALUE, PageTable.SLOTS_MAX - 1);
        assertEquals(Integer.MAX_VALUE, PageTable.set(table.entry(SEGMENT)));
        assertEquals(PageTable.SLOTS_MAX - 1, PageTable.slot(table.entry(SEGMENT)));
    }

    @Test
    public void tellsAMappedPageFromAnEmptyOneAtSetAndSlotZero() {
        table.map(0, 0, 0);
        assertTrue(table.entry(0) != 0);
        assertEquals(0, table.entry(1));
    }

    @Test
    public void knowsThatAPageHasMoved() {
        table.map(7, 1, 2);
        final long earlier = table.entry(7);
        assertTrue(table.stillAt(7, earlier));
        table.unmap(7);
        assertFalse(table.stillAt(7, earlier));
        table.map(7, 1, 3);
        assertFalse(table.stillAt(7, earlier));
    }

    @Test
    public void remembersWhetherTheMapRecordIsSafe() {
        table.map(7, 1, 2);
        final long earlier = table.entry(7);
        assertTrue(PageTable.unsynced(earlier));
        table.synced(7, earlier);
        assertFalse(PageTable.unsynced(table.entry(7)));
        assertTrue(table.stillAt(7, earlier));
    }

    @Test
    public void doesNotTakeAnotherEntryForSafe() {
        table.map(7, 1, 2);
        final long earlier = table.entry(7);
        table.unmap(7);
        table.map(7, 1, 3);
        table.synced(7, earlier);
        assertTrue(PageTable.unsynced(table.entry(7)));
    }

    @Test
    public void findsTheNextMappedPageAcrossEmptySegments() {
        table.map(2L * SEGMENT + 5, 1, 2);
        assertEquals(2L * SEGMENT + 5, table.nextEntry(0, 3L * SEGMENT));
        assertEquals(2L * SEGMENT, table.nextEntry(0, 2L * SEGMENT));
        assertEquals(3L * SEGMENT, table.nextEntry(2L * SEGMENT + 6, 3L * SEGMENT));
    }

    @Test
    public void keepsItsEntriesWhenItGrows() {
        table.map(3L * SEGMENT - 1, 4, 5);
        table.grow(10L * SEGMENT);
        table.map(10L * SEGMENT - 1, 6, 7);
        assertEquals(4, PageTable.set(table.entry(3L * SEGMENT - 1)));
        assertEquals(6, PageTable.set(table.entry(10L * SEGMENT - 1)));
    }

    @Test
    public void hasNoEntryBeyondItsEnd() {
        assertEquals(0, table.entry(1L << 40));
    }
}
