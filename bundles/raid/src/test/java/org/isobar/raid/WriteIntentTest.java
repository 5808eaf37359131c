package org.isobar.raid;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoStatus;
import org.isobar.api.raid.IntentBlock;
import org.isobar.api.raid.RaidSetInfo;
import org.isobar.api.raid.RaidSetState;
import org.isobar.common.kernel.Crc32c;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.LostBuffers;
import org.junit.Rule;
import org.junit.Test;

public class WriteIntentTest {
    private static final long SET = 7;

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    @Test
    public void isOnAllColumnsBeforeDataIsWritten() {
        final SetWorld world = new SetWorld(1, "5", 4);
        final boolean[] early = new boolean[1];
        for (int column = 0; column < 4; column++) {
            final int self = column;
            world.device(column).failWhen(request -> {
                final boolean data = request.op() == IoOp.WRITE
                        && request.offsetBytes() >= world.media(self).layout().dataOffset();
                for (int other = 0; data && other < 4; other++) {
                    early[0] |= word(world, other) == 0;
                }
                return false;
            });
        }
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, new byte[512]));
        assertFalse(early[0]);
        assertEquals(1, world.set().info().dirtyRegions());
        for (int column = 0; column < 4; column++) {
            assertEquals(1L, word(world, column));
        }
    }

    @Test
    public void isClearedAfterIdleTimeAndOnlyAfterAFlush() {
        final SetWorld world = new SetWorld(1, "5", 4);
        Blocks.write(world.sim(), world.set(), 0, new byte[4096]);
        world.sim().runFor(11_000_000_000L);
        assertEquals(0, world.set().info().dirtyRegions());
        for (int column = 0; column < 4; column++) {
            assertEquals(0, word(world, column));
            assertEquals("flushed before", 0, world.media(column).unstableWrites());
        }
        Blocks.write(world.sim(), world.set(), 0, new byte[4096]);
        assertEquals("marked anew", 1, word(world, 0));
    }

    @Test
    public void staysWhileTheRegionIsInUse() {
        final SetWorld world = new SetWorld(1, "10", 2);
        for (int i = 0; i < 20; i++) {
            Blocks.write(world.sim(), world.set(), 0, new byte[4096]);
            world.sim().runFor(1_000_000_000L);
            assertEquals(1, world.set().info().dirtyRegions());
        }
    }

    @Test
    public void staysWhileAColumnIsOut() {
        final SetWorld world = new SetWorld(1, "10", 2);
        world.lose(1);
        Blocks.write(world.sim(), world.set(), 0, new byte[4096]);
        world.sim().runFor(60_000_000_000L);
        assertEquals(1, world.set().info().dirtyRegions());
        world.comeBack(1);
        world.catchUp(1);
        world.sim().runFor(60_000_000_000L);
        assertEquals(0, world.set().info().dirtyRegions());
        assertEquals(0, word(world, 1));
    }

    @Test
    public void staysWhenTheFlushBeforeClearingFails() {
        final SetWorld world = new SetWorld(1, "10", 2);
        Blocks.write(world.sim(), world.set(), 0, new byte[4096]);
        world.device(0).failWhen(request -> request.op() == IoOp.FLUSH);
        world.sim().runFor(60_000_000_000L);
        assertEquals(1, world.set().info().dirtyRegions());
        assertEquals(1, word(world, 1));
        assertEquals(RaidSetState.DEGRADED, world.set().info().state());
    }

    @Test
    public void isCleanAfterAnOrderlyStop() {
        final SetWorld world = new SetWorld(1, "5", 3);
        final Workload load = new Workload(world, Workload.modelOf(world, false), new Random(1));
        load.run(50);
        world.stop();
        world.assemble();
        assertEquals(RaidSetState.HEALTHY, world.set().info().state());
        assertEquals(0, world.set().info().dirtyRegions());
        load.verify(false);
    }

    @Test
    public void isReadFromAnyColumnWhenBlocksAreTorn() {
        final SetWorld world = crashed();
        for (int column = 1; column < 4; column++) {
            tear(world, column);
        }
        world.assemble();
        assertEquals(RaidSetState.RESYNCING, world.set().info().state());
        assertEquals(1, world.set().info().dirtyRegions());
        for (int column = 0; column < 4; column++) {
            assertEquals("agreed on again before use", 1L, word(world, column));
        }
    }

    @Test
    public void countsAsAllMarkedWhenEveryCopyIsTorn() {
        final SetWorld world = crashed();
        for (int column = 0; column < 4; column++) {
            tear(world, column);
        }
        world.assemble();
        assertEquals(RaidSetInfo.REGIONS, world.set().info().dirtyRegions());
        world.resync();
        assertEquals(RaidSetState.HEALTHY, world.set().info().state());
        world.sim().run();
        assertEquals(0, world.set().info().dirtyRegions());
        world.assertConsistent();
    }

    @Test
    public void repairsWhatACrashLeftAndNothingElse() {
        final SetWorld world = crashed();
        final long wrong = world.deviceOffset(0, 0, 3);
        final byte[] strip = world.media(0).peek(world.deviceOffset(0, 0, 0), 512);
        assertTrue(strip.length > 0);
        world.media(world.set().geometry().column(0, 0, 3)).poke(wrong, new byte[] {1, 2, 3});
        world.assemble();
        world.resync();
        world.assertConsistent();
    }

    @Test
    public void ofAnotherSetIsIgnored() {
        final SetWorld world = new SetWorld(1, "5", 4);
        Blocks.write(world.sim(), world.set(), 0, new byte[4096]);
        world.kill(new Random(1));
        for (int column = 0; column < 4; column++) {
            final IntentBlock block = block(world, column);
            block.put(world.chunklet(column), SET + 1, -1L);
            final byte[] bytes = new byte[IntentBlock.BYTES];
            block.writeTo(bytes);
            world.media(column).poke(world.media(column).layout().intentOffset(), bytes);
        }
        world.assemble();
        assertEquals(0, world.set().info().dirtyRegions());
    }

    @Test
    public void ofAnUnknownVersionIsRefused() {
        final SetWorld world = crashed();
        final byte[] bytes = world.media(0).peek(world.media(0).layout().intentOffset(), IntentBlock.BYTES);
        final ByteBuffer view = ByteBuffer.wrap(bytes);
        view.putInt(8, 2);
        view.putInt(28, 0);
        view.putInt(28, new Crc32c().reset().update(bytes, 0, bytes.length).value());
        world.media(0).poke(world.media(0).layout().intentOffset(), bytes);
        final StorageException refused = assertThrows(StorageException.class, world::assemble);
        assertEquals(StorageException.Code.INVALID, refused.code());
    }

    @Test
    public void remembersOfALostBlockThatSetsAreMissingInIt() {
        final IntentBlock block = new IntentBlock();
        assertTrue(block.knows(3, SET));
        block.lose();
        assertFalse(block.knows(3, SET));
        block.put(4, SET, 5);
        final byte[] bytes = new byte[IntentBlock.BYTES];
        block.writeTo(bytes);
        final IntentBlock again = new IntentBlock();
        assertTrue(again.read(bytes));
        assertFalse(again.knows(3, SET));
        assertTrue(again.knows(4, SET));
        assertEquals(5, again.word(4, SET));
        bytes[2000] ^= 1;
        assertFalse(again.read(bytes));
        assertFalse(again.knows(4, SET));
        assertTrue("a block of zeros is clean", again.read(new byte[IntentBlock.BYTES]));
        assertTrue(again.knows(4, SET));
    }

    /** A set of four columns with one region marked, killed. */
    private static SetWorld crashed() {
        final SetWorld world = new SetWorld(1, "5", 4);
        final byte[] bytes = new byte[3 * SetWorld.STRIP_BYTES];
        new Random(5).nextBytes(bytes);
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, bytes));
        world.kill(new Random(1));
        return world;
    }

    private static void tear(final SetWorld world, final int column) {
        final long offset = world.media(column).layout().intentOffset();
        final byte[] sector = world.media(column).peek(offset, 512);
        sector[200] ^= 0x40;
        world.media(column).poke(offset, sector);
    }

    private static IntentBlock block(final SetWorld world, final int column) {
        final IntentBlock block = new IntentBlock();
        assertTrue(
                block.read(world.media(column).peek(world.media(column).layout().intentOffset(), IntentBlock.BYTES)));
        return block;
    }

    private static long word(final SetWorld world, final int column) {
        return block(world, column).word(world.chunklet(column), SET);
    }
}
