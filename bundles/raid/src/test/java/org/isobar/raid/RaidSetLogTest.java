package org.isobar.raid;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoStatus;
import org.isobar.api.raid.RaidSetState;
import org.isobar.common.kernel.Crc32c;
import org.isobar.spi.raid.RaidGeometry;
import org.isobar.spi.raid.RaidLevel;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.FailAtN;
import org.isobar.testkit.LostBuffers;
import org.isobar.testkit.Simulation;
import org.junit.Rule;
import org.junit.Test;

/** The write log of a parity set in its single cases; {@link WriteHoleCrashTest} tries them together. */
public class RaidSetLogTest {
    private static final int BLOCK = 4096;
    private static final int SLOTS = 8;
    private static final long LOG_BYTES = (2 + SLOTS * 8L) * BLOCK;

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    private static SetWorld world(final String level, final int columns) {
        return new SetWorld(new Simulation(11), level, columns, LOG_BYTES);
    }

    private static byte[] content(final int seed, final int length) {
        final byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static SetLog log(final SetWorld world) {
        return ((AssembledSet) world.set()).log();
    }

    @Test
    public void needsNoFlushOfAnyColumn() {
        final SetWorld world = world("5", 4);
        final byte[] data = content(1, BLOCK);
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), BLOCK, data));
        for (int column = 0; column < 4; column++) {
            world.device(column).failWhen(request -> request.op() == IoOp.FLUSH);
        }
        assertEquals(IoStatus.OK, Blocks.flush(world.sim(), world.set()));
        world.powerLoss(new Random(0));
        world.assemble();
        assertArrayEquals(data, Blocks.read(world.sim(), world.set(), BLOCK, BLOCK));
        assertEquals(1, log(world).replayedSlots());
        world.resync();
        world.assertConsistent();
    }

    @Test
    public void isEmptyAfterAnOrderlyStop() {
        final SetWorld world = world("50", 6);
        Blocks.write(world.sim(), world.set(), 0, content(2, 5 * BLOCK));
        world.stop();
        world.assemble();
        assertEquals(0, log(world).replayedSlots());
        assertEquals(RaidSetState.HEALTHY, world.set().info().state());
    }

    @Test
    public void isEmptiedWhenNothingIsWritten() {
        final SetWorld world = world("5", 3);
        Blocks.write(world.sim(), world.set(), 0, content(2, BLOCK));
        assertTrue(log(world).usedSlots() > 0);
        world.sim().runFor(30_000_000_000L);
        assertEquals(0, log(world).usedSlots());
    }

    @Test
    public void waitsForRoomWhenItIsFull() {
        final SetWorld world = world("5", 3);
        for (int column = 0; column < 3; column++) {
            world.fault(column).failWhen(request -> request.op() == IoOp.FLUSH, IoStatus.BUSY);
        }
        final Blocked[] writes = new Blocked[2 * SLOTS];
        for (int i = 0; i < writes.length; i++) {
            writes[i] = new Blocked(world, (long) i * 2 * BLOCK, content(i, BLOCK));
            writes[i].start();
            world.sim().runFor(50_000_000);
        }
        assertEquals("held back", null, writes[writes.length - 1].status());
        assertTrue(log(world).usedSlots() <= SLOTS);
        for (int column = 0; column < 3; column++) {
            world.fault(column).heal();
        }
        world.sim().run();
        for (int i = 0; i < writes.length; i++) {
            assertEquals(IoStatus.OK, writes[i].status());
            assertArrayEquals(content(i, BLOCK), Blocks.read(world.sim(), world.set(), (long) i * 2 * BLOCK, BLOCK));
        }
        world.assertConsistent();
    }

    @Test
    public void survivesThatAnyRequestFails() {
        final int failures = FailAtN.untilClean(failure -> {
            final SetWorld world = world("5", 3);
            world.device(1).failWhen(failure);
            final byte[] data = content(4, 7 * 512);
            assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 512, data));
            assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), BLOCK, content(5, BLOCK)));
            assertEquals(IoStatus.OK, Blocks.flush(world.sim(), world.set()));
            failure.disarm();
            world.powerLoss(new Random(failure.n()));
            world.assemble();
            assertArrayEquals(data, Blocks.read(world.sim(), world.set(), 512, 7 * 512));
            assertArrayEquals(content(5, BLOCK), Blocks.read(world.sim(), world.set(), BLOCK, BLOCK));
        });
        assertTrue("requests failed: " + failures, failures > 4);
    }

    @Test
    public void readsOneCopyWhenTheOtherIsDamaged() {
        for (int column = 0; column < 3; column++) {
            final SetWorld world = world("5", 3);
            final byte[] data = content(6, BLOCK);
            Blocks.write(world.sim(), world.set(), 0, data);
            world.powerLoss(new Random(0));
            damageSlots(world, column);
            world.assemble();
            assertArrayEquals(data, Blocks.read(world.sim(), world.set(), 0, BLOCK));
        }
    }

    @Test
    public void takesASlotThatIsTornInAllCopiesForOneThatWasNeverWritten() {
        final SetWorld world = world("5", 3);
        final byte[] old = content(7, BLOCK);
        Blocks.write(world.sim(), world.set(), 0, old);
        world.sim().runFor(30_000_000_000L);
        Blocks.write(world.sim(), world.set(), 0, content(8, BLOCK));
        world.powerLoss(new Random(0));
        for (int column = 0; column < 3; column++) {
            damageSlots(world, column);
        }
        world.assemble();
        assertEquals(0, log(world).replayedSlots());
        world.resync();
        world.assertConsistent();
    }

    /** Spoils the content of all slots of a column's log. */
    private static void damageSlots(final SetWorld world, final int column) {
        final long log = world.media(column).layout().chunkletOffset(world.chunklet(column))
                + SetWorld.CHUNKLET_BYTES
                + 2 * BLOCK;
        for (int slot = 0; slot < SLOTS; slot++) {
            world.media(column).poke(log + slot * 8L * BLOCK + BLOCK + 17, new byte[] {1, 2, 3});
        }
    }

    /** Makes all slots of all columns those of the form before this one, with a checksum that says so or with the old one. */
    private static void makeEarlier(final SetWorld world, final boolean summed) {
        final int slotBytes = 8 * BLOCK;
        for (int column = 0; column < 3; column++) {
            final long log = world.media(column).layout().chunkletOffset(world.chunklet(column))
                    + SetWorld.CHUNKLET_BYTES
                    + 2 * BLOCK;
            for (int slot = 0; slot < SLOTS; slot++) {
                final ByteBuf bytes =
                        Unpooled.wrappedBuffer(world.media(column).peek(log + slot * 8L * BLOCK, slotBytes));
                bytes.setInt(8, 4);
                if (summed) {
                    bytes.setInt(12, 0);
                    bytes.setInt(12, new Crc32c().of(bytes, 0, BLOCK + bytes.getInt(40)));
                }
                world.media(column).poke(log + slot * 8L * BLOCK, bytes.array());
            }
        }
    }

    @Test
    public void refusesWhatAnEarlierReleaseLeftInItsLog() {
        final SetWorld world = world("5", 3);
        Blocks.write(world.sim(), world.set(), 0, content(6, BLOCK));
        world.powerLoss(new Random(0));
        makeEarlier(world, true);
        world.assemble();
        assertEquals(RaidSetState.OFFLINE, world.set().info().state());
        world.sim().runFor(30_000_000_000L);
        assertEquals(RaidSetState.OFFLINE, world.set().info().state());
    }

    @Test
    public void isNotStoppedByAVersionThatHasRotted() {
        final SetWorld world = world("5", 3);
        Blocks.write(world.sim(), world.set(), 0, content(6, BLOCK));
        world.powerLoss(new Random(0));
        makeEarlier(world, false);
        world.assemble();
        assertEquals(RaidSetState.RESYNCING, world.set().info().state());
        assertEquals(0, log(world).replayedSlots());
    }

    @Test
    public void isNotStoppedByWhatAnEarlierReleaseHasPutInItsPlace() {
        final SetWorld world = world("5", 3);
        final byte[] data = content(6, BLOCK);
        Blocks.write(world.sim(), world.set(), 0, data);
        world.stop();
        makeEarlier(world, true);
        world.assemble();
        assertEquals(RaidSetState.HEALTHY, world.set().info().state());
        assertArrayEquals(data, Blocks.read(world.sim(), world.set(), 0, BLOCK));
    }

    @Test
    public void servesOnlyWhenItCanBeRead() {
        final SetWorld world = world("5", 3);
        final byte[] data = content(9, BLOCK);
        Blocks.write(world.sim(), world.set(), 0, data);
        world.powerLoss(new Random(0));
        final long area = SetWorld.CHUNKLET_BYTES;
        for (int column = 0; column < 2; column++) {
            final long from = world.media(column).layout().chunkletOffset(world.chunklet(column)) + area;
            world.device(column).failWhen(request -> request.op() == IoOp.READ && request.offsetBytes() >= from);
        }
        world.assemble();
        assertEquals(RaidSetState.OFFLINE, world.set().info().state());
        assertEquals(IoStatus.OFFLINE, Blocks.readStatus(world.sim(), world.set(), 0, BLOCK));
        for (int column = 0; column < 2; column++) {
            world.device(column).failWhen(request -> false);
        }
        world.sim().runFor(5_000_000_000L);
        assertNotEquals(RaidSetState.OFFLINE, world.set().info().state());
        assertArrayEquals(data, Blocks.read(world.sim(), world.set(), 0, BLOCK));
    }

    @Test
    public void isThereForParityOnly() {
        assertThrows(StorageException.class, () -> world("10", 4));
        final RaidEngineService engine = SetWorld.engine(new Simulation(1));
        assertEquals(0, engine.logBytes("10", 4, 65_536, 1L << 30));
        assertEquals(16L << 20, engine.logBytes("5", 5, 65_536, 1L << 30));
        assertEquals("too short", 0, engine.logBytes("5", 5, 65_536, 1L << 20));
    }

    @Test
    public void isNotThereWhereGroupsMove() {
        final RaidEngineService engine = SetWorld.engine(new Simulation(1));
        engine.bindLevel(new MovingLevel());
        assertEquals(0, engine.logBytes("moving", 6, 65_536, 1L << 30));
        assertTrue("it has sets without one", engine.dataBytes("moving", 6, 65_536, 1L << 30) > 0);
    }

    /** Two groups of three columns, which are other columns in every second period of theirs. */
    private static final class MovingLevel implements RaidLevel {
        @Override
        public String name() {
            return "moving";
        }

        @Override
        public int minDevices() {
            return 6;
        }

        @Override
        public int columns(final int devices) {
            return 6;
        }

        @Override
        public RaidGeometry geometry(final int columns, final int stripBytes) {
            return new Moved(new ParityGeometry(2, 3, stripBytes));
        }
    }

    private record Moved(ParityGeometry inner) implements RaidGeometry {
        @Override
        public int columns() {
            return inner.columns();
        }

        @Override
        public int stripBytes() {
            return inner.stripBytes();
        }

        @Override
        public int rowsPerStripe() {
            return inner.rowsPerStripe();
        }

        @Override
        public int groupsPerStripe() {
            return inner.groupsPerStripe();
        }

        @Override
        public int dataStripsPerGroup() {
            return inner.dataStripsPerGroup();
        }

        @Override
        public int periodStripes() {
            return 2 * inner.periodStripes();
        }

        @Override
        public int column(final long stripe, final int group, final int element) {
            final int moved = (int) (stripe / inner.periodStripes() % 2);
            return (inner.column(stripe, group, element) + moved) % inner.columns();
        }

        @Override
        public int row(final long stripe, final int group, final int element) {
            return inner.row(stripe, group, element);
        }
    }
}
