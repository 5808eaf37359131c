package org.isobar.raid;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.isobar.common.kernel.Crc32c;
import org.junit.Test;

public class LogSlotTest {
    private static final long SET = 7;
    private static final int GROUP = 1;
    private static final int BLOCK = LogLayout.BLOCK_BYTES;
    private static final int SLOT_BYTES = 8 * BLOCK;

    private final ByteBuf buffer = Unpooled.buffer(SLOT_BYTES);
    private final LogSlot slot = new LogSlot();
    private final Crc32c crc = new Crc32c();

    private void fill() {
        slot.wrap(buffer, 0).begin(SET, GROUP, 4711);
        slot.add(LogSlot.CONTENT, 1L << 40, 4096, 8192, 0b101, 0, 0b11);
        slot.add(LogSlot.CONTENT, 3, 0, 65_536, 0b11, 0b11, 0b1);
        buffer.setLong(BLOCK, 99);
        slot.end(2 * BLOCK, crc);
    }

    @Test
    public void givesBackWhatWasPutIn() {
        fill();
        assertTrue(slot.announces(SET, GROUP, SLOT_BYTES));
        assertTrue(slot.whole(crc));
        assertEquals(4711, slot.sequence());
        assertEquals(2, slot.pieces());
        assertEquals(2 * BLOCK, slot.contentBytes());
        assertEquals(1L << 40, slot.stripe(0));
        assertEquals(4096, slot.from(0));
        assertEquals(8192, slot.to(0));
        assertEquals(0b101, slot.elements(0));
        assertEquals(0, slot.zeros(0));
        assertEquals(0b11, slot.zeros(1));
        assertEquals(0b11, slot.covered(0));
        assertFalse(slot.redundancyOnly(0));
        assertEquals(2 * BLOCK, slot.contentBytes(0));
        assertEquals(0, slot.contentBytes(1));
    }

    @Test
    public void tellsOfEachBlockOfPartialParityWhatItsRowMayHold() {
        slot.wrap(buffer, 0).begin(SET, GROUP, 12);
        slot.add(LogSlot.PARTIAL, 5, BLOCK, 3 * BLOCK, 0b110, 0, 0b110);
        slot.hashes(0, 11, 12);
        slot.hashes(1, 21, 22);
        slot.end(2 * BLOCK, crc);
        assertTrue(slot.announces(SET, GROUP, SLOT_BYTES));
        assertTrue(slot.whole(crc));
        assertTrue(slot.isPartial(0));
        assertFalse(slot.redundancyOnly(0));
        assertEquals("one for each row, whatever is written", 2 * BLOCK, slot.contentBytes(0));
        assertEquals(0b110, slot.covered(0));
        assertEquals(11, slot.hashBefore(0));
        assertEquals(12, slot.hashAfter(0));
        assertEquals(21, slot.hashBefore(1));
        assertEquals(22, slot.hashAfter(1));
        slot.hashes(1, 21, 23);
        assertFalse("they are covered", slot.whole(crc));
    }

    /** A log that the release before left is replayed: it only lacks what came later. */
    @Test
    public void takesTheFormBeforePartialParity() {
        fill();
        buffer.setInt(8, 6);
        buffer.setInt(12, 0);
        buffer.setInt(12, crc.of(buffer, 0, 3 * BLOCK));
        assertTrue(slot.announces(SET, GROUP, SLOT_BYTES));
        assertTrue(slot.whole(crc));
        assertFalse(slot.isOfEarlierForm(SET, GROUP, SLOT_BYTES));
        buffer.setInt(8, 5);
        assertFalse(slot.announces(SET, GROUP, SLOT_BYTES));
        assertTrue(slot.isOfEarlierForm(SET, GROUP, SLOT_BYTES));
        buffer.setInt(8, 8);
        assertFalse(slot.announces(SET, GROUP, SLOT_BYTES));
        assertTrue(slot.isOfLaterForm());
    }

    @Test
    public void isOneOfAJournalByItsNonce() {
        slot.wrap(buffer, 0).begin(SET, GROUP, 9);
        assertEquals(0, slot.nonce());
        slot.journal(77);
        slot.end(0, crc);
        assertTrue(slot.announces(SET, GROUP, SLOT_BYTES));
        buffer.setByte(BLOCK, 1);
        assertTrue("entries are not covered", slot.whole(crc));
        assertEquals(77, slot.nonce());
    }

    /** Else a replay would put what is older over it. */
    @Test
    public void tellsWhichRowsWereBroughtToTheirPlaceForGood() {
        slot.wrap(buffer, 0).begin(SET, GROUP, 20);
        slot.add(LogSlot.REDUNDANCY, 5, BLOCK, 3 * BLOCK, 0b100, 11, 0b1);
        slot.add(LogSlot.REDUNDANCY, 6, 0, BLOCK, 0b100, 12, 0b1);
        assertEquals(0, slot.zeros(0));
        assertEquals(11, slot.oldestData(0));
        assertEquals(2 * BLOCK, slot.contentBytes(0));
        final PlacedRows rows = new PlacedRows();
        rows.look(slot, 12);
        for (final int from : new int[] {BLOCK, 2 * BLOCK}) {
            assertTrue(rows.has(5, from, 19));
            assertTrue("its own as well", rows.has(5, from, 20));
            assertFalse("what came later", rows.has(5, from, 21));
        }
        assertFalse(rows.has(5, 0, 19));
        assertFalse(rows.has(5, 3 * BLOCK, 19));
        assertFalse("the log has its data", rows.has(6, 0, 19));
    }

    @Test
    public void isNotThatOfAnotherSetOrGroup() {
        fill();
        assertFalse(slot.announces(SET + 1, GROUP, SLOT_BYTES));
        assertFalse(slot.announces(SET, GROUP + 1, SLOT_BYTES));
        assertFalse("longer than a slot", slot.announces(SET, GROUP, 2 * BLOCK));
    }

    @Test
    public void isNotWholeWhereverItIsTorn() {
        for (int at = 0; at < 3 * BLOCK; at += 512) {
            fill();
            buffer.setByte(at, buffer.getByte(at) ^ 1);
            assertFalse("torn at " + at, slot.announces(SET, GROUP, SLOT_BYTES) && slot.whole(crc));
        }
        fill();
        buffer.setByte(3 * BLOCK, 1);
        assertTrue("beyond the content", slot.whole(crc));
    }

    @Test
    public void knowsACheckpointOfItsColumnOnly() {
        final LogCheckpoint one = new LogCheckpoint(5, 1L << 50);
        one.writeTo(buffer, SET, GROUP, 3);
        assertEquals(one, LogCheckpoint.of(buffer.copy(0, BLOCK), SET, GROUP, 3));
        assertNull(LogCheckpoint.of(buffer.copy(0, BLOCK), SET, GROUP, 4));
        assertNull(LogCheckpoint.of(buffer.copy(0, BLOCK), SET, 0, 3));
        assertNull(LogCheckpoint.of(buffer.copy(0, BLOCK), 8, GROUP, 3));
        buffer.setByte(4000, 1);
        assertNull("damaged", LogCheckpoint.of(buffer.copy(0, BLOCK), SET, GROUP, 3));
        assertNull("never written", LogCheckpoint.of(Unpooled.buffer(BLOCK).writeZero(BLOCK), SET, GROUP, 3));
    }

    @Test
    public void hasRoomForFourOfTheLongestWrites() {
        final long least = LogLayout.bytesMin(4, 65_536);
        final LogLayout layout = new LogLayout(4, 65_536, 64L << 20, least);
        assertTrue(layout.slots() >= 4 * layout.slotsFor(5, 65_536));
        assertTrue(layout.slotOffset(layout.slots() - 1) + layout.slotBytes() <= 64L << 20);
        assertEquals((64L << 20) - least, Math.min(layout.checkpointOffset(0), layout.checkpointOffset(1)));
        assertThrows(
                IllegalArgumentException.class, () -> new LogLayout(4, 65_536, 64L << 20, least - layout.slotBytes()));
        assertThrows(IllegalArgumentException.class, () -> new LogLayout(4, 65_536, 64L << 20, least + 1));
    }
}
