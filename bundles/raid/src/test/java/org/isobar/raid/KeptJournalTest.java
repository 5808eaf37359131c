package org.isobar.raid;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoStatus;
import org.isobar.common.kernel.Crc32c;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.LostBuffers;
import org.isobar.testkit.Simulation;
import org.junit.Rule;
import org.junit.Test;

/** The slots that keep blocks of small writes, and their entries. */
public class KeptJournalTest {
    private static final int BLOCK = LogLayout.BLOCK_BYTES;
    private static final int STRIP = 16 * BLOCK;
    private static final long NONCE = 4711;
    private static final int COLUMNS = 4;
    private static final long STRIPE = 3L * BLOCK;
    private static final long LOG_BYTES = (2 + 64 * 8L) * BLOCK;

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    private final LogLayout layout = new LogLayout(4, STRIP, 64L << 20, 4L << 20);
    private final KeptJournal journal = new KeptJournal(layout, 7, 1);

    @Test
    public void goesOnInTheSlotsThatFollowAndNotRoundTheEnd() {
        assertEquals(7, layout.contentBlocks());
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
        final KeptEntry entry = new KeptEntry().wrap(slot, 0, 1, 4);
        assertFalse("nothing there", entry.isOf(0));
        slot.setLong(entry.content() + 8, 99);
        final int header = BLOCK + LogSlot.FIXED_BYTES + 2 * KeptEntry.BYTES;
        for (int at = 0; at < KeptEntry.BYTES + BLOCK; at += at < KeptEntry.BYTES ? 1 : 512) {
            entry.write(NONCE, 1L << 40, 3, 5 * BLOCK);
            final ByteBuf torn = slot.copy();
            final int place = at < KeptEntry.BYTES ? header + at : entry.content() + at - KeptEntry.BYTES;
            torn.setByte(place, torn.getByte(place) ^ 1);
            assertFalse("torn at " + at, new KeptEntry().wrap(torn, 0, 1, 4).isOf(NONCE));
            assertFalse(new KeptEntry().wrap(slot.copy(), 0, 1, 4).isOf(NONCE + 1));
            assertTrue(entry.isOf(NONCE));
        }
        assertEquals(1L << 40, entry.stripe());
        assertEquals(3, entry.element());
        assertEquals(5 * BLOCK, entry.from());
    }

    /** Content of the slot may be anything, also what looks like an entry of another. */
    @Test
    public void entriesAreFoundWhereverTheirBatchBegan() {
        final ByteBuf slot = Unpooled.buffer(layout.slotBytes()).writeZero(layout.slotBytes());
        final KeptEntry entry = new KeptEntry();
        entry.wrap(slot, 0, 0, 1).write(NONCE, 1, 0, 0);
        entry.wrap(slot, 0, 2, 5).write(NONCE, 2, 0, 0);
        entry.wrap(slot, 0, 3, 4).write(NONCE + 1, 3, 0, 0);
        assertTrue(entry.find(slot, 0, 5, NONCE));
        assertEquals(2, entry.stripe());
        assertTrue(entry.find(slot, 0, 1, NONCE));
        assertEquals(1, entry.stripe());
        for (final int none : new int[] {2, 3, 4, 6, 7}) {
            assertFalse(entry.find(slot, 0, none, NONCE));
        }
    }

    @Test
    public void entriesLieWithinASectorAndThereAreEnough() {
        assertEquals(0, 512 % KeptEntry.BYTES);
        assertEquals(0, LogSlot.FIXED_BYTES % KeptEntry.BYTES);
        final LogLayout widest = new LogLayout(63, STRIP, 1L << 30, LogLayout.bytesMin(63, STRIP));
        assertTrue(widest.contentBlocks() <= KeptEntry.capacity());
    }

    @Test
    public void theHeaderIsWholeWhateverEntriesThereAre() {
        final ByteBuf buffer = Unpooled.buffer(layout.slotBytes()).writeZero(layout.slotBytes());
        final LogSlot slot = new LogSlot().wrap(buffer, 0);
        final Crc32c crc = new Crc32c();
        slot.begin(7, 1, 9);
        slot.keeps(NONCE);
        slot.end(0, crc);
        new KeptEntry().wrap(buffer, 0, 0, 1).write(NONCE, 3, 1, 0);
        assertTrue(slot.announces(7, 1, layout.slotBytes()));
        assertTrue(slot.keeps());
        assertEquals(NONCE, slot.nonce());
        assertTrue(slot.whole(crc));
        buffer.setByte(40, 1);
        assertFalse(slot.whole(crc));
    }

    private SetWorld world(final int seed) {
        return new SetWorld(new Simulation(seed), "5", COLUMNS, BLOCK, LOG_BYTES, true);
    }

    private static byte[] content(final int seed) {
        final byte[] bytes = new byte[BLOCK];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void write(final SetWorld world, final int number) {
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), number * STRIPE, content(number)));
    }

    /** Blocks that a column has in the first slot of the log. */
    private static int keptBy(final SetWorld world, final int column) {
        final LogLayout log = new LogLayout(COLUMNS - 1, BLOCK, SetWorld.CHUNKLET_BYTES + LOG_BYTES, LOG_BYTES);
        final long at = world.media(column).layout().chunkletOffset(world.chunklet(column)) + log.slotOffset(0);
        final ByteBuf slot = Unpooled.wrappedBuffer(world.media(column).peek(at, log.slotBytes()));
        final LogSlot header = new LogSlot().wrap(slot, 0);
        int kept = 0;
        for (int block = 1;
                block < log.slotBlocks() && header.announces(world.spec().id(), 0, log.slotBytes());
                block++) {
            kept += new KeptEntry().find(slot, 0, block, header.nonce()) ? 1 : 0;
        }
        return kept;
    }

    /** Else what it got would be worth nothing: it has no header for it. */
    @Test
    public void aColumnThatComesToASlotLaterGetsAllOfIt() {
        final SetWorld world = world(1);
        write(world, 0);
        write(world, 1);
        int failing = 0;
        while (keptBy(world, failing) == 0) {
            failing++;
        }
        world.fault(failing).failWhen(request -> request.op() == IoOp.WRITE, IoStatus.IO_ERROR);
        write(world, 2);
        int whole = 0;
        for (int column = 0; column < COLUMNS; column++) {
            whole += keptBy(world, column) == 3 ? 1 : 0;
        }
        assertEquals("two columns have all three", 2, whole);
        world.fault(failing).heal();
        world.kill(new Random(1));
        world.lose(failing);
        world.assemble();
        for (int number = 0; number < 3; number++) {
            assertArrayEquals(content(number), Blocks.read(world.sim(), world.set(), number * STRIPE, BLOCK));
        }
    }

    /** Nobody has asked for that header to be on stable media. */
    @Test
    public void aWriteThatMustBeDurableBringsTheHeaderOfItsSlotAlong() {
        for (int seed = 0; seed < 20; seed++) {
            final SetWorld world = world(seed);
            write(world, 0);
            for (int number = 1; number < 3; number++) {
                assertEquals(
                        IoStatus.OK, Blocks.writeDurable(world.sim(), world.set(), number * STRIPE, content(number)));
            }
            world.powerLoss(new Random(seed));
            world.assemble();
            for (int number = 1; number < 3; number++) {
                assertArrayEquals(content(number), Blocks.read(world.sim(), world.set(), number * STRIPE, BLOCK));
            }
        }
    }
}
