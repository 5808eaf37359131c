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
    private static final long COLUMNS = 0b11;
    private static final long OTHERS = 0b101;

    private final LogLayout layout = new LogLayout(4, STRIP, 64L << 20, LogLayout.bytesMin(4, STRIP));
    private final LogJournal journal = new LogJournal(layout, 7, 1);

    private static int[] hashes(final int count) {
        final int[] hashes = new int[count];
        for (int i = 0; i < count; i++) {
            hashes[i] = 31 * (i + 1);
        }
        return hashes;
    }

    private void add(final int entries) {
        for (int i = 0; i < entries; i++) {
            journal.add(i, 0, 16, hashes(16));
        }
    }

    /** A batch that is being written. */
    private JournalPart batch(final int entries, final boolean durable) {
        final JournalPart part = new JournalPart();
        journal.begin(part);
        add(entries);
        if (durable) {
            part.mustBeDurable();
        }
        journal.seal(part);
        part.chosen(COLUMNS);
        return part;
    }

    private JournalPart written(final int entries, final boolean durable) {
        final JournalPart part = batch(entries, durable);
        journal.ended(part, true);
        return part;
    }

    @Test
    public void writesTheHeaderFirstAndThenTheBlocksThatChange() {
        journal.open(9, NONCE);
        final JournalPart first = written(1, false);
        assertEquals(layout.slotOffset(9), first.inChunklet());
        assertEquals(2 * BLOCK, first.lengthBytes());
        final int perBlock = BLOCK / layout.entryBytes();
        final JournalPart second = written(perBlock, false);
        assertEquals("the block begun, and the next", BLOCK, second.index());
        assertEquals(layout.slotOffset(9) + BLOCK, second.inChunklet());
        assertEquals(2 * BLOCK, second.lengthBytes());
        final JournalPart third = batch(1, false);
        assertEquals(2 * BLOCK, third.index());
        assertEquals(BLOCK, third.lengthBytes());
        third.chosen(OTHERS);
        assertEquals("all of it where it was not", 0, third.index());
    }

    @Test
    public void putsItsHeaderOnStableMediaWithTheFirstEntriesThatMustBe() {
        journal.open(9, NONCE);
        assertFalse(written(1, false).isDurable());
        final JournalPart second = written(1, true);
        assertTrue(second.isDurable());
        assertEquals(0, second.index());
        assertEquals(BLOCK, written(1, true).index());
    }

    @Test
    public void writesNoBlockThatIsOnItsWay() {
        journal.open(9, NONCE);
        written(1, false);
        final JournalPart first = batch(1, false);
        assertEquals(BLOCK, first.index());
        assertEquals(BLOCK, first.lengthBytes());
        final JournalPart second = batch(1, false);
        assertEquals("another block", 2 * BLOCK, second.index());
        assertEquals(BLOCK, second.lengthBytes());
        journal.ended(first, true);
        journal.ended(second, true);
        assertFalse(journal.isBusy());
        assertEquals("none is under way", 2 * BLOCK, batch(1, false).index());
    }

    @Test
    public void hasItsHeaderWithEachBatchUntilItIsThere() {
        journal.open(9, NONCE);
        final JournalPart first = batch(1, true);
        final JournalPart second = batch(1, false);
        assertEquals(0, second.index());
        assertEquals(3 * BLOCK, second.lengthBytes());
        journal.ended(first, true);
        journal.ended(second, true);
        assertEquals(
                "on stable media since the first", 2 * BLOCK, batch(1, true).index());
        second.chosen(OTHERS);
        journal.seal(second);
        journal.ended(second, true);
        assertEquals("elsewhere", 0, batch(1, false).index());
    }

    @Test
    public void reliesOnNoHeaderThatDidNotGetThere() {
        journal.open(9, NONCE);
        journal.ended(batch(1, true), false);
        assertEquals(0, batch(1, false).index());
    }

    @Test
    public void leavesTheRestOfABlockThatIsOnItsWay() {
        journal.open(9, NONCE);
        final JournalPart first = batch(1, false);
        assertEquals(224 - BLOCK / layout.entryBytes(), journal.room());
        journal.ended(first, true);
        assertEquals(223, journal.room());
    }

    @Test
    public void hasRoomForSomeHundredStripes() {
        assertEquals(128, layout.entryBytes());
        assertEquals(224, LogJournal.capacity(layout));
        assertEquals("not open", 0, journal.room());
        journal.open(9, NONCE);
        written(224, false);
        assertEquals(0, journal.room());
        journal.open(10, NONCE);
        assertEquals(224, journal.room());
        final JournalPart part = batch(1, false);
        final long at = part.inChunklet();
        journal.close();
        assertEquals(0, journal.room());
        assertEquals("a batch under way stays where it is", at, part.inChunklet());
    }

    @Test
    public void takesSeveralEntriesForALongRange() {
        assertEquals(1, LogJournal.entries(RowEntry.ROWS_MAX));
        assertEquals(2, LogJournal.entries(RowEntry.ROWS_MAX + 1));
        final LogLayout wide = new LogLayout(4, 128 * BLOCK, 64L << 20, LogLayout.bytesMin(4, 128 * BLOCK));
        final LogJournal other = new LogJournal(wide, 7, 1);
        other.open(0, NONCE);
        other.begin(new JournalPart());
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
        sums.begin(3, -1, 2);
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
