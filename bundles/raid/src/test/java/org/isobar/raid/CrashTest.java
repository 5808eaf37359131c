package org.isobar.raid;

import static org.junit.Assert.assertEquals;

import java.util.Random;
import org.isobar.api.raid.RaidSetState;
import org.isobar.testkit.LostBuffers;
import org.junit.Rule;
import org.junit.Test;

/**
 * The process is killed, or the power lost, at random moments of a random load on a set with all its columns. After
 * assembly and resync every acknowledged write (kill), or every one that was flushed or durable (power loss), is there,
 * any other block is as before or as written, and redundancy matches over the whole set.
 */
public class CrashTest {
    private static final String[] LEVELS = {"10", "5", "50"};
    private static final int[][] WIDTHS = {{2, 3, 4, 5}, {3, 4, 5}, {6, 8}};
    private static final int SEEDS = Integer.getInteger("isobar.raid.crash.seeds", 120);
    private static final long FIRST_SEED = Long.getLong("isobar.raid.crash.first", 0);
    private static final int CRASHES = 3;

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    @Test
    public void keepsWhatWasAcknowledgedWhenTheProcessIsKilled() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            crash(seed, false, false);
        }
    }

    @Test
    public void keepsWhatWasFlushedWhenThePowerIsLost() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            crash(seed, true, false);
        }
    }

    @Test
    public void keepsWhatStreamsWroteInTheSameWay() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            crash(seed, seed % 2 == 0, true);
        }
    }

    private static void crash(final long seed, final boolean powerLoss, final boolean streams) {
        try {
            run(seed, powerLoss, streams);
        } catch (final AssertionError | RuntimeException failure) {
            throw new AssertionError("seed=" + seed + " powerLoss=" + powerLoss + ": " + failure.getMessage(), failure);
        }
    }

    private static void run(final long seed, final boolean powerLoss, final boolean streams) {
        final Random random = new Random(seed);
        final int kind = random.nextInt(LEVELS.length);
        final int columns = WIDTHS[kind][random.nextInt(WIDTHS[kind].length)];
        final SetWorld world = new SetWorld(seed, LEVELS[kind], columns);
        if (seed % 2 == 1) {
            world.endShortWritesOnTheSpot();
        }
        final BlockModel model = Workload.modelOf(world, powerLoss);
        final Workload load = new Workload(world, model, random);
        if (streams) {
            load.streams();
        }
        for (int crash = 0; crash < CRASHES; crash++) {
            load.start(random.nextInt(60));
            world.sim().runFor((long) (random.nextDouble() * random.nextInt(20_000_000)));
            if (random.nextInt(8) == 0) {
                // Let the write intent be cleared, and crash in the middle of that.
                world.sim().runFor(5_000_000_000L + random.nextInt(1_000_000_000));
            }
            load.crashed();
            if (powerLoss) {
                world.powerLoss(random);
            } else {
                world.kill(random);
            }
            world.assemble();
            if (random.nextInt(4) == 0) {
                // Crash again before or during resync.
                world.start(() -> world.set().resync(world.job("resync")));
                world.sim().runFor(random.nextInt(3_000_000));
                if (powerLoss) {
                    world.powerLoss(random);
                } else {
                    world.kill(random);
                }
                world.assemble();
            }
            if (random.nextBoolean()) {
                world.resync();
                load.verify(true);
            } else {
                load.verify(true);
                load.start(20);
                world.resync();
                load.finish();
            }
            assertEquals(RaidSetState.HEALTHY, world.set().info().state());
            world.assertConsistent();
        }
        load.run(30);
        load.verify(false);
    }
}
