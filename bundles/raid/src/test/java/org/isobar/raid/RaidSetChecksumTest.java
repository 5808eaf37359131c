package org.isobar.raid;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.SumBlock;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidSetState;
import org.isobar.spi.raid.RaidGeometry;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.LostBuffers;
import org.isobar.testkit.SimMedia;
import org.junit.Rule;
import org.junit.Test;

/** Blocks that are not what was written: found by their checksums, never returned, mended where redundancy is left. */
public class RaidSetChecksumTest {
    private static final int STRIP = SetWorld.STRIP_BYTES;
    private static final String[] LEVELS = {"10", "5", "50"};

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    @Test
    public void returnsAndMendsAnyFlippedElement() {
        for (final String level : LEVELS) {
            final SetWorld world = new SetWorld(11, level, 6);
            final byte[] bytes = fill(world, 1);
            final int elements = world.set().geometry().dataStripsPerGroup() + 1;
            for (int element = 0; element < elements; element++) {
                world.corrupt(2 + element, 0, element, 77 + element);
            }
            for (int round = 0; round < 2; round++) {
                assertArrayEquals(level, bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
            }
            // What reads do not see, redundancy that is not read, is found by a scrub.
            world.await(() -> world.set().scrub(true, world.job("scrub")));
            world.assertConsistent();
            assertEquals(SetWorld.report(world.stripes(), 0, 0, 0, 0, 0), world.await(() -> world.set()
                    .scrub(false, world.job("scrub"))));
            assertEquals(RaidSetState.HEALTHY, world.set().info().state());
            assertTrue(world.set().info().checksumErrors() > 0);
            assertEquals(0, world.set().info().unrepairable());
        }
    }

    @Test
    public void aSmallReadSeesTheWholeBlock() {
        for (final String level : LEVELS) {
            final SetWorld world = new SetWorld(12, level, 6);
            final byte[] bytes = fill(world, 2);
            // The flipped bit is outside what is read, in the same block: the block is mended all the same.
            world.corrupt(0, 0, 0, 4000);
            assertArrayEquals(Arrays.copyOfRange(bytes, 512, 1024), Blocks.read(world.sim(), world.set(), 512, 512));
            world.corrupt(0, 0, 0, 600);
            assertArrayEquals(Arrays.copyOfRange(bytes, 512, 1024), Blocks.read(world.sim(), world.set(), 512, 512));
            assertArrayEquals(bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
        }
    }

    @Test
    public void aWriteNeverSpreadsWhatIsWrong() {
        for (final String level : LEVELS) {
            for (int element = 0;
                    element <= new SetWorld(1, level, 6).set().geometry().dataStripsPerGroup();
                    element++) {
                final SetWorld world = new SetWorld(13, level, 6);
                final byte[] bytes = fill(world, 3);
                world.corrupt(0, 0, element, 99);
                final byte[] piece = new byte[512];
                new Random(4).nextBytes(piece);
                assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 1024, piece));
                System.arraycopy(piece, 0, bytes, 1024, 512);
                world.await(() -> world.set().scrub(true, world.job("scrub")));
                world.assertConsistent();
                world.lose(0);
                assertArrayEquals(level + element, bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
            }
        }
    }

    @Test
    public void findsALostAndAMisdirectedWrite() {
        for (final String level : LEVELS) {
            final SetWorld world = new SetWorld(14, level, 6);
            final byte[] bytes = fill(world, 5);
            final SimMedia medium = world.media(world.set().geometry().column(1, 0, 0));
            final byte[] before = medium.peek(world.deviceOffset(1, 0, 0), STRIP);
            final int at = world.set().geometry().stripeDataBytes();
            final byte[] strip = new byte[STRIP];
            new Random(6).nextBytes(strip);
            assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), at, strip));
            System.arraycopy(strip, 0, bytes, at, STRIP);
            // The device says it wrote, but the old content is there, and the new one elsewhere.
            medium.poke(world.deviceOffset(1, 0, 0), before);
            world.media(world.set().geometry().column(7, 0, 0)).poke(world.deviceOffset(7, 0, 0), strip);
            assertArrayEquals(level, bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
            world.await(() -> world.set().scrub(true, world.job("scrub")));
            world.assertConsistent();
        }
    }

    @Test
    public void failsExactlyTheBlocksThatAreLost() {
        for (final String level : LEVELS) {
            final SetWorld world = new SetWorld(15, level, 6);
            final byte[] bytes = fill(world, 7);
            world.corrupt(3, 0, 0, 5);
            world.corrupt(3, 0, 1, 5);
            final int stripe = world.set().geometry().stripeDataBytes();
            assertEquals(IoStatus.IO_ERROR, Blocks.readStatus(world.sim(), world.set(), 3L * stripe, STRIP));
            for (int at = 0; at < bytes.length; at += STRIP) {
                final boolean lost = Blocks.readStatus(world.sim(), world.set(), at, STRIP) != IoStatus.OK;
                final int within = at - 3 * stripe;
                final int dataStrips = world.set().geometry().dataStripsPerGroup();
                assertEquals(level + " " + at, within >= 0 && within < Math.min(2, dataStrips) * STRIP, lost);
            }
            assertTrue(world.set().info().unrepairable() > 0);
            // Written anew, they are good again.
            final byte[] group = Arrays.copyOfRange(bytes, 3 * stripe, 4 * stripe);
            assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 3L * stripe, group));
            assertArrayEquals(bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
        }
    }

    @Test
    public void survivesRestartsAndDamagedChecksums() {
        for (final String level : LEVELS) {
            final SetWorld world = new SetWorld(16, level, 6);
            final byte[] bytes = fill(world, 8);
            world.stop();
            world.assemble();
            world.corrupt(0, 0, 0, 1);
            assertArrayEquals(bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
            assertTrue(world.set().info().checksumErrors() > 0);
            world.stop();
            for (int column = 0; column < 6; column++) {
                final SimMedia medium = world.media(column);
                final byte[] garbage = new byte[SumBlock.BYTES];
                new Random(column).nextBytes(garbage);
                medium.poke(medium.layout().chunkletSumsOffset(world.chunklet(column)), garbage);
            }
            world.assemble();
            // Without checksums anywhere, what is there is taken as it is.
            assertArrayEquals(bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
            assertEquals(0, world.set().info().checksumErrors());
            assertEquals(0, world.set().info().unrepairable());
        }
    }

    @Test
    public void aDeviceThatLostDataAndChecksumsIsNotBelieved() {
        for (final String level : LEVELS) {
            final SetWorld world = new SetWorld(18, level, 6);
            final byte[] bytes = fill(world, 10);
            world.stop();
            final SimMedia medium = world.media(1);
            medium.poke(medium.layout().chunkletSumsOffset(world.chunklet(1)), new byte[SumBlock.BYTES]);
            medium.poke(medium.layout().chunkletOffset(world.chunklet(1)), new byte[5 * STRIP]);
            world.assemble();
            assertArrayEquals(level, bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
            world.await(() -> world.set().scrub(true, world.job("scrub")));
            world.assertConsistent();
            world.lose(0);
            assertArrayEquals(level, bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
        }
    }

    @Test
    public void aRebuiltColumnHasChecksums() {
        for (final String level : LEVELS) {
            final SetWorld world = new SetWorld(17, level, 6);
            final byte[] bytes = fill(world, 9);
            world.lose(2);
            world.rebuild(2, 0, 1);
            assertEquals(ColumnState.IN_SYNC, world.journal().state(2));
            world.stop();
            world.assemble();
            final RaidGeometry geometry = world.set().geometry();
            for (int element = 0; element <= geometry.dataStripsPerGroup(); element++) {
                if (geometry.column(0, 0, element) == 2) {
                    world.corrupt(0, 0, element, 3);
                }
            }
            world.await(() -> world.set().scrub(true, world.job("scrub")));
            assertArrayEquals(bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
            world.assertConsistent();
        }
    }

    /** One device at a time goes wrong in places, while requests, scrubs, kills and orderly stops go on. */
    @Test
    public void rotOnOneDeviceAtATimeIsNeverSeen() {
        for (final String level : LEVELS) {
            for (int seed = 0; seed < Integer.getInteger("isobar.seeds", 12); seed++) {
                rot(level, seed);
            }
        }
    }

    private static void rot(final String level, final int seed) {
        final Random random = new Random(seed);
        final SetWorld world = new SetWorld(seed, level, 6);
        final BlockModel model = Workload.modelOf(world, false);
        for (int round = 0; round < 6; round++) {
            final Workload load = new Workload(world, model, random);
            load.run(60);
            final int column = random.nextInt(6);
            for (int i = 0; i < 4; i++) {
                final SimMedia medium = world.media(column);
                final long from = medium.layout().chunkletOffset(world.chunklet(column));
                final byte[] noise = new byte[1 + random.nextInt(6000)];
                random.nextBytes(noise);
                medium.poke(from + random.nextInt((int) SetWorld.CHUNKLET_BYTES - noise.length), noise);
            }
            load.run(60);
            load.verify(false);
            world.await(() -> world.set().scrub(true, world.job("scrub")));
            world.assertConsistent();
            assertEquals(0, world.set().info().unrepairable());
            if (random.nextBoolean()) {
                world.stop();
                world.assemble();
            } else if (random.nextBoolean()) {
                load.crashed();
                world.kill(random);
                world.assemble();
                world.resync();
            }
        }
    }

    private static byte[] fill(final SetWorld world, final int seed) {
        final byte[] bytes = new byte[(int) world.set().sizeBytes()];
        new Random(seed).nextBytes(bytes);
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, bytes));
        return bytes;
    }
}
