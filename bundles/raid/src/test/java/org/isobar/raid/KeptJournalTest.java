package org.isobar.raid;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.isobar.common.kernel.Crc32c;
import org.junit.Test;

/** The slots that keep blocks of small writes, and their entries. */
public class KeptJournalTest {
    private static final int BLOCK = LogLayout.BLOCK_BYTES;
    private static final int STRIP = 16 * BLOCK;
    private static final long NONCE = 4711;

    private final LogLayout layout = new LogLayout(4, STRIP, 64L << 20, 4L << 20);
    private final KeptJournal journal = new KeptJournal(layout, 7, 1);

    @Test
    public void goesOnInTheSlotsThatFollowAndNotRoundTheEnd() {
        assertEquals(7, layout.keptBlocks());
        assertEquals("not open", 0, journal.room());
        assertEquals(2, journal.slotsFor(8));
        assertFalse(journal.goesOn(10, 1));
        journal.beginBatch();
        journal.open(9, NONCE);
        assertEquals(7, journal.room());
        assertEquals(0, journal.slotsFor(7));
        assertEquals(1, journal.slotsFor(8));
        assertTrue(journal.goesOn(10, 1));
        assertFalse("another took that number", journal.goesOn(11, 1));
        assertFalse("longer than a batch", journal.goesOn(10, 16));
        journal.open(layout.slots() - 2, NONCE);
        assertTrue(journal.goesOn(layout.slots() - 1, 1));
        assertFalse(journal.goesOn(layout.slots() - 1, 2));
        journal.close();
        assertEquals(0, journal.room());
        assertFalse(journal.goesOn(layout.slots() - 1, 1));
        assertEquals(
                "a batch under way stays where it is", layout.slotOffset(layout.slots() - 2), journal.inChunklet());
    }

    @Test
    public void entriesAreOfTheirSlotAndWholeAndSoIsTheirContent() {
        final ByteBuf slot = Unpooled.buffer(layout.slotBytes()).writeZero(layout.slotBytes());
        final KeptEntry entry = new KeptEntry().wrap(slot, 0, 2);
        assertFalse("nothing there", entry.isOf(0));
        slot.setLong(entry.content() + 8, 99);
        final int header = LogSlot.FIXED_BYTES + 2 * KeptEntry.BYTES;
        for (int at = 0; at < KeptEntry.BYTES + BLOCK; at += at < KeptEntry.BYTES ? 1 : 512) {
            entry.write(NONCE, 1L << 40, 3, 5 * BLOCK);
            final ByteBuf torn = slot.copy();
            final int place = at < KeptEntry.BYTES ? header + at : entry.content() + at - KeptEntry.BYTES;
            torn.setByte(place, torn.getByte(place) ^ 1);
            assertFalse("torn at " + at, new KeptEntry().wrap(torn, 0, 2).isOf(NONCE));
            assertFalse(new KeptEntry().wrap(slot.copy(), 0, 2).isOf(NONCE + 1));
            assertTrue(entry.isOf(NONCE));
        }
        assertEquals(1L << 40, entry.stripe());
        assertEquals(3, entry.element());
        assertEquals(5 * BLOCK, entry.from());
    }

    @Test
    public void entriesLieWithinASectorAndThereAreEnough() {
        assertEquals(0, 512 % KeptEntry.BYTES);
        assertEquals(0, LogSlot.FIXED_BYTES % KeptEntry.BYTES);
        final LogLayout widest = new LogLayout(63, STRIP, 1L << 30, LogLayout.bytesMin(63, STRIP));
        assertEquals(widest.contentBlocks(), widest.keptBlocks());
    }

    @Test
    public void theHeaderIsWholeWhateverEntriesThereAre() {
        final ByteBuf buffer = Unpooled.buffer(layout.slotBytes()).writeZero(layout.slotBytes());
        final LogSlot slot = new LogSlot().wrap(buffer, 0);
        final Crc32c crc = new Crc32c();
        slot.begin(7, 1, 9);
        slot.keeps(NONCE);
        slot.end(0, crc);
        new KeptEntry().wrap(buffer, 0, 0).write(NONCE, 3, 1, 0);
        assertTrue(slot.announces(7, 1, layout.slotBytes()));
        assertTrue(slot.keeps());
        assertEquals(NONCE, slot.nonce());
        assertTrue(slot.whole(crc));
        buffer.setByte(40, 1);
        assertFalse(slot.whole(crc));
    }
}
