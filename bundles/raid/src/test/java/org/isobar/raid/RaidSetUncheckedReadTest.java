package org.isobar.raid;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.isobar.api.block.IoStatus;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.LostBuffers;
import org.junit.Rule;
import org.junit.Test;

/** Reads that take what the medium gives: no check, no repair, but nothing made up either. */
public class RaidSetUncheckedReadTest {
    private static final int STRIP = SetWorld.STRIP_BYTES;
    private static final String[] LEVELS = {"10", "5", "50"};
    /** Of a group whose first copy is the one that is read. */
    private static final int STRIPE = 2;

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    @Test
    public void giveTheBlockAsItIs() {
        for (final String level : LEVELS) {
            final SetWorld world = new SetWorld(31, level, 6);
            final byte[] bytes = fill(world, 1);
            final int at = STRIPE * world.set().geometry().stripeDataBytes();
            world.corrupt(STRIPE, 0, 0, 77);
            final byte[] raw = unchecked(world, at, STRIP);
            assertEquals(level, 77, Arrays.mismatch(raw, Arrays.copyOfRange(bytes, at, at + STRIP)));
            assertArrayEquals(Arrays.copyOfRange(raw, 0, 512), unchecked(world, at, 512));
            assertEquals(0, world.set().info().checksumErrors());
            // Nor was it mended; a read with checks does that.
            assertArrayEquals(raw, unchecked(world, at, STRIP));
            assertArrayEquals(bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
            assertArrayEquals(bytes, unchecked(world, 0, bytes.length));
        }
    }

    @Test
    public void stillCheckWhatIsPutTogetherFromRedundancy() {
        final SetWorld world = new SetWorld(32, "5", 6);
        fill(world, 2);
        world.lose(world.set().geometry().column(STRIPE, 0, 0));
        world.corrupt(STRIPE, 0, 1, 5);
        final long at = (long) STRIPE * world.set().geometry().stripeDataBytes();
        assertEquals(IoStatus.IO_ERROR, Blocks.readUnchecked(world.sim(), world.set(), at, new byte[4096]));
        // The block that is wrong itself is given as it is.
        assertEquals(IoStatus.OK, Blocks.readUnchecked(world.sim(), world.set(), at + STRIP, new byte[4096]));
    }

    @Test
    public void stillFailWhereABlockIsKnownToBeLost() {
        for (final String level : LEVELS) {
            final SetWorld world = new SetWorld(33, level, 6);
            final byte[] bytes = fill(world, 3);
            final int at = STRIPE * world.set().geometry().stripeDataBytes();
            final int column = world.set().geometry().column(STRIPE, 0, 0);
            world.lose(column);
            world.corrupt(STRIPE, 0, 1, 5);
            world.rebuild(column, 0, 1);
            assertEquals(level, 1, world.set().info().lostBlocks());
            assertEquals(IoStatus.IO_ERROR, Blocks.readUnchecked(world.sim(), world.set(), at, new byte[4096]));
            assertEquals(IoStatus.IO_ERROR, Blocks.readUnchecked(world.sim(), world.set(), at, new byte[512]));
            assertArrayEquals(Arrays.copyOfRange(bytes, 0, at), unchecked(world, 0, at));
        }
    }

    @Test
    public void leaveWritesToCheckWhatTheyRead() {
        for (final String level : LEVELS) {
            final SetWorld world = new SetWorld(34, level, 6);
            final byte[] bytes = fill(world, 4);
            final int at = STRIPE * world.set().geometry().stripeDataBytes();
            world.corrupt(STRIPE, 0, 0, 77);
            final byte[] piece = new byte[512];
            assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), at + 1024, piece));
            System.arraycopy(piece, 0, bytes, at + 1024, 512);
            assertArrayEquals(level, Arrays.copyOfRange(bytes, at, at + STRIP), unchecked(world, at, STRIP));
            world.assertConsistent();
        }
    }

    private static byte[] unchecked(final SetWorld world, final long offset, final int length) {
        final byte[] bytes = new byte[length];
        assertEquals(IoStatus.OK, Blocks.readUnchecked(world.sim(), world.set(), offset, bytes));
        return bytes;
    }

    private static byte[] fill(final SetWorld world, final int seed) {
        final byte[] bytes = new byte[(int) world.set().sizeBytes()];
        new Random(seed).nextBytes(bytes);
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, bytes));
        return bytes;
    }
}
