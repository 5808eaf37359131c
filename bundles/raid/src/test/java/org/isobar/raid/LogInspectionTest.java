package org.isobar.raid;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoStatus;
import org.isobar.api.raid.IntentBlock;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.common.kernel.Crc32c;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.LostBuffers;
import org.isobar.testkit.SimDevice;
import org.isobar.testkit.SimMedia;
import org.isobar.testkit.Simulation;
import org.junit.Rule;
import org.junit.Test;

/** Damages made by hand in the write log of a set that was killed or stopped; {@link WriteHoleCrashTest} tries what is none. */
public class LogInspectionTest {
    private static final int BLOCK = 4096;
    private static final int COLUMNS = 4;
    private static final long STRIPE = 3L * BLOCK;
    private static final int SLOTS = 100;
    private static final int SLOT_BYTES = 8 * BLOCK;
    private static final long LOG_BYTES = (2L + SLOTS * 8L) * BLOCK;
    private static final int WRITES = 40;
    private static final int VERSION_OFFSET = 8;
    private static final int CRC_OFFSET = 12;
    private static final int PIECES_OFFSET = 28;

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    private SetWorld world = world(false);
    private final LogLayout layout = new LogLayout(3, BLOCK, SetWorld.CHUNKLET_BYTES + LOG_BYTES, LOG_BYTES);
    private final Crc32c crc = new Crc32c();

    private static SetWorld world(final boolean writeBack) {
        return new SetWorld(new Simulation(23), "5", COLUMNS, BLOCK, LOG_BYTES, writeBack);
    }

    /** Fills slots with content, one for each write, and kills the member. */
    private void writeAndKill() {
        for (int i = 0; i < WRITES; i++) {
            write(i % 20 * STRIPE, i);
        }
        world.kill(new Random(1));
    }

    private void write(final long offset, final int seed) {
        final byte[] bytes = new byte[BLOCK];
        new Random(seed).nextBytes(bytes);
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), offset, bytes));
    }

    private long at(final int column, final long inChunklet) {
        return world.media(column).layout().chunkletOffset(world.chunklet(column)) + inChunklet;
    }

    private byte[] peek(final int column, final long inChunklet, final int length) {
        return world.media(column).peek(at(column, inChunklet), length);
    }

    private void poke(final int column, final long inChunklet, final byte[] bytes) {
        world.media(column).poke(at(column, inChunklet), bytes);
    }

    private void flip(final int column, final long inChunklet) {
        final byte[] one = peek(column, inChunklet, 1);
        one[0] ^= 4;
        poke(column, inChunklet, one);
    }

    /** Columns that have a slot. */
    private List<Integer> columnsOf(final int slot) {
        final List<Integer> columns = new ArrayList<>();
        for (int column = 0; column < COLUMNS; column++) {
            final ByteBuf header = Unpooled.wrappedBuffer(peek(column, layout.slotOffset(slot), BLOCK));
            if (new LogSlot().wrap(header, 0).announces(world.spec().id(), 0, SLOT_BYTES)) {
                columns.add(column);
            }
        }
        return columns;
    }

    /** Changes a slot, and makes its checksum right again. */
    private void rewrite(final int column, final int slot, final int index, final int value) {
        final byte[] bytes = peek(column, layout.slotOffset(slot), SLOT_BYTES);
        final ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
        final int length = BLOCK + new LogSlot().wrap(buffer, 0).contentBytes();
        buffer.setInt(index, value);
        buffer.setInt(CRC_OFFSET, 0);
        buffer.setInt(CRC_OFFSET, crc.of(buffer, 0, length));
        poke(column, layout.slotOffset(slot), bytes);
    }

    private InspectedLog inspected() {
        return InspectedLog.of(world);
    }

    @Test
    public void findsNothingAfterAStop() {
        write(0, 1);
        world.stop();
        inspected().assertClean();
    }

    @Test
    public void notesWhatAKillHasLeft() {
        writeAndKill();
        inspected().assertUndamaged();
        inspected().assertNotes("group=0", "slots=" + WRITES, "blocksToPlace=0");
    }

    @Test
    public void notesBlocksThatAreNotInTheirPlace() {
        world = world(true);
        write(0, 1);
        write(BLOCK, 2);
        write(0, 3);
        world.kill(new Random(1));
        inspected().assertUndamaged();
        inspected().assertNotes("group=0", "slots=1", "blocksToPlace=2");
    }

    @Test
    public void namesAColumnWithoutCheckpoint() {
        world.stop();
        poke(2, layout.checkpointOffset(0), new byte[2 * BLOCK]);
        inspected().assertDamages(1, "group=0 column=2", "has no checkpoint");
    }

    @Test
    public void namesADamagedCheckpoint() {
        write(0, 1);
        world.stop();
        flip(1, layout.checkpointOffset(0) + 100);
        inspected().assertDamages(1, "group=0 column=1", "checkpoint of the write log is damaged: copy=0");
    }

    @Test
    public void namesACheckpointThatSaysOtherwise() {
        world.stop();
        final ByteBuf block = Unpooled.wrappedBuffer(peek(3, layout.checkpointOffset(1), BLOCK));
        final LogCheckpoint known = LogCheckpoint.of(block, world.spec().id(), 0, 3);
        new LogCheckpoint(known.count(), known.tail() - 1)
                .writeTo(block, world.spec().id(), 0, 3);
        poke(3, layout.checkpointOffset(1), block.array());
        inspected().assertDamages(1, "group=0 column=3", "differs", "tail=" + (known.tail() - 1));
    }

    @Test
    public void namesACheckpointInTheWrongPlace() {
        world.stop();
        poke(0, layout.checkpointOffset(0), peek(0, layout.checkpointOffset(1), BLOCK));
        inspected().assertDamages(1, "group=0 column=0", "wrong place: copy=0 count=1");
    }

    @Test
    public void notesAColumnThatIsBehind() {
        final byte[] before = peek(0, layout.checkpointOffset(0), 2 * BLOCK);
        write(0, 1);
        world.stop();
        poke(0, layout.checkpointOffset(0), before);
        inspected().assertUndamaged();
        inspected().assertNotes("group=0 column=0", "behind", "count=1");
    }

    @Test
    public void namesAColumnThatCannotBeRead() {
        world.stop();
        InspectedLog.unreadable(world, 1).assertDamages(2, "group=0 column=1", "cannot be read: bad sector");
    }

    @Test
    public void namesADamagedCopyInTheMiddle() {
        writeAndKill();
        final List<Integer> columns = columnsOf(3);
        flip(columns.get(0), layout.slotOffset(3) + BLOCK + 9);
        inspected()
                .assertDamages(
                        1, "group=0", "slot=3", "is damaged", "torn=" + columns.get(0), "whole=" + columns.get(1));
    }

    /** Fills slots with partial parity, of which there is one copy, and kills the member. */
    private void writePartsAndKill() {
        world = new SetWorld(new Simulation(24), "5", COLUMNS, BLOCK, LOG_BYTES, true, 0);
        for (int i = 0; i < 60; i++) {
            write(i % 30 * 2L * STRIPE, i);
        }
        world.kill(new Random(1));
    }

    @Test
    public void wantsOneCopyOfPartialParity() {
        writePartsAndKill();
        assertEquals(1, columnsOf(3).size());
        inspected().assertUndamaged();
        inspected().assertNotes("group=0", "slots=60", "blocksToPlace=0");
    }

    @Test
    public void namesDamagedPartialParity() {
        writePartsAndKill();
        flip(columnsOf(3).get(0), layout.slotOffset(3) + BLOCK + 9);
        inspected()
                .assertDamages(
                        1,
                        "group=0",
                        "slot=3",
                        "is damaged",
                        "torn=" + columnsOf(3).get(0),
                        "whole=none");
    }

    @Test
    public void doubtsTheLastPartialParity() {
        writePartsAndKill();
        flip(columnsOf(59).get(0), layout.slotOffset(59) + BLOCK + 9);
        inspected().assertUndamaged();
        inspected().assertDoubts("group=0", "slots=1");
    }

    @Test
    public void namesASlotWithoutAnyWholeCopy() {
        writeAndKill();
        for (final int column : columnsOf(3)) {
            flip(column, layout.slotOffset(3) + BLOCK + 9);
        }
        inspected().assertDamages(1, "slot=3", "is damaged", "whole=none");
    }

    @Test
    public void namesACopyThatIsNotThere() {
        writeAndKill();
        final List<Integer> columns = columnsOf(3);
        poke(columns.get(1), layout.slotOffset(3), new byte[SLOT_BYTES]);
        inspected().assertDamages(1, "slot=3", "is damaged", "torn=none", "whole=" + columns.get(0));
    }

    @Test
    public void doubtsTheLastSlots() {
        writeAndKill();
        flip(columnsOf(WRITES - 1).get(0), layout.slotOffset(WRITES - 1) + BLOCK + 9);
        inspected().assertUndamaged();
        inspected().assertDoubts("group=0", "slots=1 first=" + (2 * SLOTS + WRITES - 1));
    }

    @Test
    public void namesAnEarlierForm() {
        writeAndKill();
        final int column = columnsOf(5).get(0);
        rewrite(column, 5, VERSION_OFFSET, 4);
        final InspectedLog found = inspected();
        found.assertDamages(2, "slot=5");
        found.assertAnyDamage("column=" + column, "earlier release's form", "version=4");
    }

    @Test
    public void namesADamagedVersion() {
        writeAndKill();
        final int column = columnsOf(5).get(0);
        poke(column, layout.slotOffset(5) + VERSION_OFFSET, new byte[] {0, 0, 0, 1});
        inspected().assertAnyDamage("column=" + column, "damaged in its version: version=1 slot=5");
    }

    @Test
    public void namesAnUnknownForm() {
        writeAndKill();
        final int column = columnsOf(5).get(0);
        rewrite(column, 5, VERSION_OFFSET, 9);
        inspected().assertAnyDamage("column=" + column, "not known here: version=9 slot=5");
    }

    @Test
    public void namesAHeaderThatCannotBe() {
        writeAndKill();
        final int column = columnsOf(5).get(0);
        rewrite(column, 5, PIECES_OFFSET, 1000);
        inspected().assertAnyDamage("column=" + column, "has a header that cannot be slot=5");
    }

    @Test
    public void namesCopiesThatDiffer() {
        writeAndKill();
        final List<Integer> columns = columnsOf(7);
        rewrite(columns.get(0), 7, BLOCK + 100, 77);
        inspected().assertDamages(1, "slot=7", "copies of a slot of the write log are whole and differ");
    }

    @Test
    public void namesKeptBlocksThatDiffer() {
        world = world(true);
        write(0, 1);
        world.kill(new Random(1));
        final int column = columnsOf(0).get(0);
        final byte[] slot = peek(column, layout.slotOffset(0), SLOT_BYTES);
        final ByteBuf buffer = Unpooled.wrappedBuffer(slot);
        final long nonce = new LogSlot().wrap(buffer, 0).nonce();
        new KeptEntry().wrap(buffer, 0, 0, 1).write(nonce, 0, 2, 0);
        poke(column, layout.slotOffset(0), slot);
        inspected().assertDamages(1, "slot=0", "whole and differ");
    }

    @Test
    public void doubtsKeptBlocksThatOneCopyLacks() {
        world = world(true);
        write(0, 1);
        world.kill(new Random(1));
        flip(columnsOf(0).get(0), layout.slotOffset(0) + BLOCK + 9);
        inspected().assertUndamaged();
        inspected().assertDoubts("group=0", "slots=1");
    }

    @Test
    public void namesDataThatRedundancyWasLoggedFor() {
        world = world(true);
        for (int i = 0; i < 3; i++) {
            write(i * STRIPE, i);
        }
        for (int column = 0; column < COLUMNS; column++) {
            final long from = at(column, 0);
            world.fault(column)
                    .failWhen(
                            request -> request.op() == IoOp.WRITE
                                    && request.offsetBytes() >= from
                                    && request.offsetBytes() < from + SetWorld.CHUNKLET_BYTES,
                            IoStatus.BUSY);
        }
        world.sim().runFor(11_000_000_000L);
        world.kill(new Random(1));
        inspected().assertUndamaged();
        inspected().assertNotes("blocksToPlace=0");
        for (final int column : columnsOf(0)) {
            flip(column, layout.slotOffset(0) + 3 * BLOCK + 9);
        }
        inspected().assertDamages(1, "data in the write log is gone that redundancy was logged for", "stripe=1");
    }

    @Test
    public void namesSlotsThatTheWriteIntentDoesNotTellOf() {
        writeAndKill();
        for (int column = 0; column < COLUMNS; column++) {
            final SimMedia media = world.media(column);
            final IntentBlock block = new IntentBlock();
            final byte[] image = media.peek(media.layout().intentOffset(), IntentBlock.BYTES);
            assertTrue(block.read(image));
            block.put(world.chunklet(column), world.spec().id(), 0);
            block.writeTo(image);
            media.poke(media.layout().intentOffset(), image);
        }
        inspected().assertDamages(1, "group=0", "the write intent says that it is empty: slots=" + WRITES);
    }

    private RaidSetSpec spec(final long logBytes) {
        final RaidSetSpec known = world.spec();
        return new RaidSetSpec(
                known.id(), known.level(), known.stripBytes(), known.chunkletBytes(), known.columns(), logBytes);
    }

    @Test
    public void namesARecordWithAnotherLength() {
        write(0, 1);
        world.stop();
        for (final long length : new long[] {LOG_BYTES - 8 * BLOCK, LOG_BYTES + 8 * BLOCK}) {
            final InspectedLog found = InspectedLog.of(world, spec(length));
            found.assertAnyDamage("the set's record says another length", "logBytes=" + length, "found=" + LOG_BYTES);
        }
    }

    @Test
    public void namesALogThatTheRecordDoesNotTellOf() {
        final RaidSetSpec spec =
                new RaidSetSpec(7, "5", BLOCK, 1 << 20, world.spec().columns(), 0);
        final ByteBuf chunklet = Unpooled.buffer(1 << 20);
        final long length = LogLayout.bytesFor(3, BLOCK, spec.chunkletBytes());
        final InspectedLog clean = InspectedLog.of(world, spec, chunklet);
        clean.assertClean();
        new LogCheckpoint(3, 9).writeTo(chunklet.slice((int) ((1 << 20) - length + BLOCK), BLOCK), 7, 0, 0);
        InspectedLog.of(world, spec, chunklet).assertDamages(1, "logBytes=0", "found=" + length);
    }

    @Test
    public void namesALengthThatCannotBe() {
        world.stop();
        InspectedLog.of(world, spec(BLOCK)).assertDamages(1, "length that cannot be", "log.slots");
    }

    /** Each column is new in its place, and there was nothing to log meanwhile. */
    @Test
    public void findsACheckpointOnEveryColumnAfterAllWereRebuilt() {
        write(0, 1);
        world.stop();
        world.assemble();
        for (int column = 0; column < COLUMNS; column++) {
            final SimDevice old = world.device(column);
            world.lose(column);
            world.sim().await(world.startRebuildSomewhere(column, column % 3));
            old.comeBack();
        }
        world.stop();
        inspected().assertClean();
    }
}
