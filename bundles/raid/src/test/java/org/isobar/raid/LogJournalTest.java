package org.isobar.raid;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.Test;

/** The slots that tell what stripes may hold that go past the log, and their entries. */
public class LogJournalTest {
    private static final int BLOCK = LogLayout.BLOCK_BYTES;
    private static final int STRIP = 16 * BLOCK;
    private static final long NONCE = 4711;

    private final LogLayout layout = new LogLayout(4, STRIP, 64L << 20, LogLayout.bytesMin(4, STRIP));
    private final LogJournal journal = new LogJournal(layout, 7, 1);

    private static int[] hashes(final int count) {
        final int[] hashes = new int[count];
        for (int i = 0; i < count; i++) {
            hashes[i] = 31 * (i + 1);
        }
        return hashes;
    }

    private void batch(final int entries) {
        journal.beginBatch();
        for (int i = 0; i < entries; i++) {
            journal.add(i, 0, 16, hashes(16));
        }
    }

    @Test
    public void writesTheHeaderFirstAndThenTheBlocksThatChange() {
        journal.open(9, NONCE);
        batch(1);
        journal.chosen(0b11);
        assertEquals(layout.slotOffset(9), journal.inChunklet());
        assertEquals(2 * BLOCK, journal.lengthBytes());
        final int perBlock = BLOCK / layout.entryBytes();
        batch(perBlock);
        journal.chosen(0b11);
        assertEquals("the block begun, and the next", BLOCK, journal.index());
        assertEquals(layout.slotOffset(9) + BLOCK, journal.inChunklet());
        assertEquals(2 * BLOCK, journal.lengthBytes());
        batch(1);
        journal.chosen(0b11);
        assertEquals(2 * BLOCK, journal.index());
        assertEquals(BLOCK, journal.lengthBytes());
        journal.chosen(0b101);
        assertEquals("all of it where it was not", 0, journal.index());
    }

    @Test
    public void putsItsHeaderOnStableMediaWithTheFirstEntriesThatMustBe() {
        journal.open(9, NONCE);
        batch(1);
        journal.chosen(0b11);
        assertFalse(journal.isDurable());
        journal.written();
        batch(1);
        journal.mustBeDurable();
        journal.chosen(0b11);
        assertTrue(journal.isDurable());
        assertEquals(0, journal.index());
        journal.written();
        batch(1);
        journal.mustBeDurable();
        journal.chosen(0b11);
        assertEquals(BLOCK, journal.index());
    }

    @Test
    public void hasRoomForSomeHundredStripes() {
        assertEquals(128, layout.entryBytes());
        assertEquals(224, LogJournal.capacity(layout));
        assertEquals("not open", 0, journal.room());
        journal.open(9, NONCE);
        batch(224);
        assertEquals(0, journal.room());
        journal.open(10, NONCE);
        assertEquals(224, journal.room());
        batch(1);
        journal.chosen(0b11);
        final long at = journal.inChunklet();
        journal.close();
        assertEquals(0, journal.room());
        assertEquals("a batch under way stays where it is", at, journal.inChunklet());
    }

    @Test
    public void takesSeveralEntriesForALongRange() {
        assertEquals(1, LogJournal.entries(RowEntry.ROWS_MAX));
        assertEquals(2, LogJournal.entries(RowEntry.ROWS_MAX + 1));
        final LogLayout wide = new LogLayout(4, 128 * BLOCK, 64L << 20, LogLayout.bytesMin(4, 128 * BLOCK));
        final LogJournal other = new LogJournal(wide, 7, 1);
        other.open(0, NONCE);
        other.beginBatch();
        other.add(3, 0, 128, hashes(128));
        final RowEntry entry = new RowEntry(wide.entryBytes()).wrap(other.buffer(), BLOCK + wide.entryBytes());
        assertTrue(entry.isOf(NONCE));
        assertEquals(RowEntry.ROWS_MAX, entry.first());
        assertEquals(8, entry.rows());
        assertEquals(31 * 121, entry.hash(0));
    }

    @Test
    public void entriesAreOfTheirSlotAndWhole() {
        final int bytes = RowEntry.bytesFor(4);
        final ByteBuf buffer = Unpooled.buffer(bytes).writeZero(bytes);
        final RowEntry entry = new RowEntry(bytes).wrap(buffer, 0);
        assertFalse("nothing there", entry.isOf(0));
        for (int at = 0; at < bytes; at++) {
            entry.begin(NONCE, 1L << 40, 2, 4);
            for (int row = 0; row < 4; row++) {
                entry.hash(row, row + 7);
            }
            entry.end();
            final ByteBuf other = buffer.copy();
            assertFalse(new RowEntry(bytes).wrap(other.copy(), 0).isOf(NONCE + 1));
            other.setByte(at, other.getByte(at) ^ 1);
            assertFalse("torn at " + at, new RowEntry(bytes).wrap(other, 0).isOf(NONCE));
            assertTrue(entry.isOf(NONCE));
        }
        assertEquals(1L << 40, entry.stripe());
        assertEquals(2, entry.first());
        assertEquals(4, entry.rows());
        assertEquals(10, entry.hash(3));
    }

    @Test
    public void neverLieAcrossASector() {
        for (int rows = 1; rows <= 4096; rows *= 2) {
            assertEquals(0, 512 % RowEntry.bytesFor(rows));
        }
    }

    @Test
    public void aRowIsKnownByAllItsBlocks() {
        final StripeSums sums = new StripeSums();
        sums.begin(3, 2);
        sums.after(0, new int[] {1, 4});
        sums.after(1, new int[] {2, 5});
        sums.after(2, new int[] {3, 6});
        final int[] hashes = sums.hashesAfter().clone();
        assertNotEquals(hashes[0], hashes[1]);
        sums.after(2, new int[] {3, 7});
        assertEquals(hashes[0], sums.hashesAfter()[0]);
        assertNotEquals(hashes[1], sums.hashesAfter()[1]);
        sums.after(0, new int[] {2, 4});
        sums.after(1, new int[] {1, 5});
        assertNotEquals("the order counts", hashes[0], sums.hashesAfter()[0]);
        assertFalse("nothing is known of what was before", sums.known());
        final int[] to = new int[2];
        sums.copyAfter(2, to);
        assertArrayEquals(new int[] {3, 7}, to);
    }
}
