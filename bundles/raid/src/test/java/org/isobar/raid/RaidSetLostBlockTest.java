package org.isobar.raid;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoStatus;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidSetState;
import org.isobar.common.job.Job;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.LostBuffers;
import org.isobar.testkit.Simulation;
import org.junit.Rule;
import org.junit.Test;

/** A rebuild that meets blocks it cannot have: it goes on, and exactly these fail until they are written anew. */
public class RaidSetLostBlockTest {
    private static final int STRIP = SetWorld.STRIP_BYTES;
    private static final String[] LEVELS = {"10", "5", "50"};
    private static final int STRIPE = 3;

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    @Test
    public void goesOnPastACorruptBlock() {
        for (final String level : LEVELS) {
            final SetWorld world = new SetWorld(21, level, 6);
            final byte[] bytes = fill(world, 1);
            final Job job = loseBlock(world, false);
            assertEquals(
                    "blocksLost=1; reads of them fail until they are written anew",
                    job.info().message());
            assertEquals(ColumnState.IN_SYNC, world.journal().state(victim(world)));
            assertEquals(1, world.set().info().lostBlocks());
            assertLost(world, bytes, level);
            rewrite(world, bytes);
            assertArrayEquals(level, bytes, read(world));
            assertTrue(world.set().info().state() == RaidSetState.HEALTHY);
        }
    }

    @Test
    public void goesOnPastABlockThatCannotBeRead() {
        for (final String level : LEVELS) {
            final SetWorld world = new SetWorld(22, level, 6);
            final byte[] bytes = fill(world, 2);
            loseBlock(world, true);
            assertLost(world, bytes, level);
            rewrite(world, bytes);
            assertArrayEquals(level, bytes, read(world));
        }
    }

    @Test
    public void remembersWhatIsLostAfterARestart() {
        for (final String level : LEVELS) {
            final SetWorld world = new SetWorld(23, level, 6);
            final byte[] bytes = fill(world, 3);
            loseBlock(world, false);
            world.stop();
            world.assemble();
            assertLost(world, bytes, level);
            world.kill(new Random(1));
            world.assemble();
            world.resync();
            assertLost(world, bytes, level);
        }
    }

    /** When checksums may be older than data, redundancy may be as well: it must not be asked for what is lost. */
    @Test
    public void neverMakesUpWhatIsLostAfterAnUncleanStop() {
        for (final String level : LEVELS) {
            final SetWorld world = new SetWorld(24, level, 6);
            final byte[] bytes = fill(world, 4);
            loseBlock(world, true);
            // The other strip can be read again afterwards. Without checks it is taken as it is.
            world.kill(new Random(2));
            world.assemble();
            assertFirstLost(world, bytes);
            world.resync();
            assertFirstLost(world, bytes);
            world.await(() -> world.set().scrub(true, world.job("scrub")));
            assertFirstLost(world, bytes);
            rewrite(world, bytes);
            world.await(() -> world.set().scrub(true, world.job("scrub")));
            assertArrayEquals(level, bytes, read(world));
            world.assertConsistent();
        }
    }

    /** Redundancy cannot be trusted for the lost strip; a copy can. */
    private static void assertFirstLost(final SetWorld world, final byte[] bytes) {
        final int at = STRIPE * world.set().geometry().stripeDataBytes();
        final boolean mirror = world.set().geometry().dataStripsPerGroup() == 1;
        assertEquals(mirror ? IoStatus.OK : IoStatus.IO_ERROR, Blocks.readStatus(world.sim(), world.set(), at, STRIP));
        final IoStatus expected = mirror ? IoStatus.OK : IoStatus.IO_ERROR;
        final byte[] piece = Arrays.copyOfRange(bytes, at, at + 512);
        assertEquals(expected, Blocks.write(world.sim(), world.set(), at, piece));
        for (int other = 0; other < bytes.length; other += STRIP) {
            if (mirror || other != at) {
                assertArrayEquals(
                        Arrays.copyOfRange(bytes, other, other + STRIP),
                        Blocks.read(world.sim(), world.set(), other, STRIP));
            }
        }
    }

    /** Written anew and acknowledged, then killed before the checksum reached the device. */
    @Test
    public void aBlockWrittenAnewIsGoodAfterAnUncleanStop() {
        for (final String level : LEVELS) {
            final SetWorld world = new SetWorld(25, level, 6);
            final byte[] bytes = fill(world, 6);
            loseBlock(world, false);
            rewrite(world, bytes);
            assertEquals(IoStatus.OK, Blocks.flush(world.sim(), world.set()));
            world.kill(new Random(3));
            world.assemble();
            assertArrayEquals(level, bytes, read(world));
            world.resync();
            assertArrayEquals(level, bytes, read(world));
            world.assertConsistent();
        }
    }

    @Test
    public void anotherColumnCanBeRebuiltAfterwards() {
        for (final String level : LEVELS) {
            final SetWorld world = new SetWorld(26, level, 6);
            final byte[] bytes = fill(world, 7);
            loseBlock(world, false);
            final int other = world.set().geometry().column(STRIPE, 0, 1);
            world.lose(other);
            world.rebuild(other, 1, 1);
            assertEquals(ColumnState.IN_SYNC, world.journal().state(other));
            assertLost(world, bytes, level);
            rewrite(world, bytes);
            assertArrayEquals(level, bytes, read(world));
            world.assertConsistent();
        }
    }

    /** Of a strip of several blocks only the one is lost, and a transient error costs nothing. */
    @Test
    public void losesNoMoreThanTheBlock() {
        final SetWorld world = new SetWorld(new Simulation(27), "5", 4, 2 * STRIP, 0);
        final byte[] bytes = fill(world, 8);
        world.corrupt(STRIPE, 0, 1, STRIP + 5);
        final int column = world.set().geometry().column(STRIPE, 0, 0);
        world.lose(column);
        world.rebuild(column, 0, 1);
        assertEquals(1, world.set().info().lostBlocks());
        final int from = STRIPE * world.set().geometry().stripeDataBytes();
        for (int at = 0; at < bytes.length; at += STRIP) {
            final boolean lost = at == from + STRIP || at == from + 3 * STRIP;
            assertEquals(
                    "at=" + at,
                    lost ? IoStatus.IO_ERROR : IoStatus.OK,
                    Blocks.readStatus(world.sim(), world.set(), at, STRIP));
        }
    }

    @Test
    public void aDeviceThatGoesAwayMeanwhileLosesNothing() {
        final SetWorld world = new SetWorld(28, "5", 4);
        fill(world, 9);
        world.lose(0);
        final var rebuild = world.startRebuild(0, 0, 1, world.job("rebuild"));
        world.device(1).lose();
        assertThrows(StorageException.class, () -> world.sim().await(rebuild));
        assertEquals(0, world.set().info().lostBlocks());
        assertEquals(ColumnState.STALE, world.journal().state(0));
    }

    private static int victim(final SetWorld world) {
        return world.set().geometry().column(STRIPE, 0, 0);
    }

    /** Rebuilds the column of a strip while another strip of its group is bad. */
    private static Job loseBlock(final SetWorld world, final boolean unreadable) {
        final int victim = victim(world);
        final int other = world.set().geometry().column(STRIPE, 0, 1);
        if (unreadable) {
            world.device(other).failReads(world.deviceOffset(STRIPE, 0, 1), STRIP);
        } else {
            world.corrupt(STRIPE, 0, 1, 5);
        }
        world.lose(victim);
        final Job job = world.job("rebuild");
        world.sim().await(world.startRebuild(victim, 0, 1, job));
        return job;
    }

    private static void assertLost(final SetWorld world, final byte[] bytes, final String level) {
        final int from = STRIPE * world.set().geometry().stripeDataBytes();
        final int end = from + Math.min(2, world.set().geometry().dataStripsPerGroup()) * STRIP;
        for (int at = 0; at < bytes.length; at += STRIP) {
            if (at >= from && at < end) {
                assertEquals(
                        level + " at=" + at, IoStatus.IO_ERROR, Blocks.readStatus(world.sim(), world.set(), at, 512));
            } else {
                assertArrayEquals(
                        level + " at=" + at,
                        Arrays.copyOfRange(bytes, at, at + STRIP),
                        Blocks.read(world.sim(), world.set(), at, STRIP));
            }
        }
    }

    private static void rewrite(final SetWorld world, final byte[] bytes) {
        final int stripe = world.set().geometry().stripeDataBytes();
        final byte[] anew = Arrays.copyOfRange(bytes, STRIPE * stripe, (STRIPE + 1) * stripe);
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), (long) STRIPE * stripe, anew));
    }

    private static byte[] read(final SetWorld world) {
        return Blocks.read(world.sim(), world.set(), 0, (int) world.set().sizeBytes());
    }

    private static byte[] fill(final SetWorld world, final int seed) {
        final byte[] bytes = new byte[(int) world.set().sizeBytes()];
        new Random(seed).nextBytes(bytes);
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, bytes));
        return bytes;
    }
}
