package org.isobar.raid;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;

import java.util.Arrays;
import java.util.Random;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoStatus;
import org.isobar.api.raid.ColumnState;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.LostBuffers;
import org.isobar.testkit.SimDevice;
import org.junit.Rule;
import org.junit.Test;

/** What a flush and a write through make stable, and what becomes of errors that a device tells of only then. */
public class RaidSetFlushTest {
    private static final int STRIP = SetWorld.STRIP_BYTES;
    private static final String[] LEVELS = {"10", "5", "50"};
    private static final int COLUMNS = 6;
    private static final int POWER_LOSSES = 12;

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    @Test
    public void aFlushReachesEveryDeviceThatWasWrittenAndNoOther() {
        for (final String level : LEVELS) {
            final SetWorld world = new SetWorld(1, level, COLUMNS);
            final byte[] model = new byte[(int) world.set().sizeBytes()];
            new Random(1).nextBytes(model);
            assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, model));
            for (final long flushes : flushesOf(world)) {
                assertEquals("every column was written: " + level, 1, flushes);
            }
            assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, new byte[512]));
            final long[] flushed = flushesOf(world);
            assertEquals(
                    "data and redundancy: " + level, 2, Arrays.stream(flushed).sum());
            assertEquals("nothing to flush", 0, Arrays.stream(flushesOf(world)).sum());
        }
    }

    @Test
    public void aFlushedWriteSurvivesEveryLossOfPower() {
        for (final String level : LEVELS) {
            for (int seed = 0; seed < POWER_LOSSES; seed++) {
                final SetWorld world = new SetWorld(seed, level, COLUMNS);
                final byte[] model = new byte[4 * STRIP];
                new Random(seed).nextBytes(model);
                assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), STRIP, model));
                assertEquals(IoStatus.OK, Blocks.flush(world.sim(), world.set()));
                world.powerLoss(new Random(seed));
                world.assemble();
                assertArrayEquals(level, model, Blocks.read(world.sim(), world.set(), STRIP, model.length));
            }
        }
    }

    @Test
    public void aWriteThroughIsStableByItselfWithItsRedundancyAndFlushesNothingElse() {
        for (final String level : LEVELS) {
            for (int seed = 0; seed < POWER_LOSSES; seed++) {
                final SetWorld world = new SetWorld(seed, level, COLUMNS);
                final int elsewhere = 20 * STRIP;
                assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), elsewhere, new byte[STRIP]));
                final byte[] model = new byte[STRIP];
                new Random(seed).nextBytes(model);
                // The first write to the region marks it, which is written through as well.
                final long before =
                        world.devices().stream().mapToLong(SimDevice::flushes).sum();
                assertEquals(IoStatus.OK, Blocks.writeDurable(world.sim(), world.set(), 0, model));
                assertEquals(
                        before,
                        world.devices().stream().mapToLong(SimDevice::flushes).sum());
                world.powerLoss(new Random(seed));
                world.assemble();
                assertArrayEquals(level, model, Blocks.read(world.sim(), world.set(), 0, STRIP));
                world.resync();
                world.lose(world.set().geometry().column(0, 0, 0));
                assertArrayEquals(level, model, Blocks.read(world.sim(), world.set(), 0, STRIP));
            }
        }
    }

    @Test
    public void anErrorThatOneDeviceTellsLateCostsItsColumnBeforeTheFlushEndsWell() {
        for (final String level : LEVELS) {
            final SetWorld world = new SetWorld(3, level, COLUMNS);
            final byte[] model = new byte[(int) world.set().sizeBytes()];
            new Random(3).nextBytes(model);
            assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, model));
            world.device(2).failWhen(request -> request.op() == IoOp.FLUSH);
            assertEquals(IoStatus.OK, Blocks.flush(world.sim(), world.set()));
            assertEquals(level, ColumnState.STALE, world.journal().state(2));
            world.powerLoss(new Random(3));
            world.assemble();
            assertArrayEquals(level, model, Blocks.read(world.sim(), world.set(), 0, model.length));
        }
    }

    @Test
    public void anErrorThatMoreDevicesTellThanTheLevelSurvivesIsNeverASuccess() {
        for (final String level : LEVELS) {
            final SetWorld world = new SetWorld(4, level, COLUMNS);
            final byte[] model = new byte[(int) world.set().sizeBytes()];
            assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, model));
            for (int column = 0; column < COLUMNS; column++) {
                world.device(column).failWhen(request -> request.op() == IoOp.FLUSH);
            }
            assertNotEquals(level, IoStatus.OK, Blocks.flush(world.sim(), world.set()));
            assertNotEquals("nor is the next one", IoStatus.OK, Blocks.flush(world.sim(), world.set()));
        }
    }

    /** Flushes, and answers how many each device of a column got. */
    private static long[] flushesOf(final SetWorld world) {
        final long[] flushes = new long[COLUMNS];
        for (int column = 0; column < COLUMNS; column++) {
            flushes[column] = -world.device(column).flushes();
        }
        assertEquals(IoStatus.OK, Blocks.flush(world.sim(), world.set()));
        for (int column = 0; column < COLUMNS; column++) {
            flushes[column] += world.device(column).flushes();
        }
        return flushes;
    }
}
