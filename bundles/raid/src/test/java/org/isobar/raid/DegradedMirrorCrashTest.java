package org.isobar.raid;

import static org.junit.Assert.assertEquals;

import java.util.Random;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidSetState;
import org.isobar.testkit.LostBuffers;
import org.junit.Rule;
import org.junit.Test;

/**
 * As {@link CrashTest}, with columns of mirrors lost, caught up and rebuilt meanwhile. A mirror has no write hole: what
 * was acknowledged must be there whatever was missing.
 */
public class DegradedMirrorCrashTest {
    private static final int SEEDS = Integer.getInteger("isobar.raid.crash.seeds", 120);
    private static final long FIRST_SEED = Long.getLong("isobar.raid.crash.first", 0);
    private static final int CRASHES = 4;

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    @Test
    public void keepsWhatWasAcknowledgedWhenTheProcessIsKilled() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            crash(seed, false);
        }
    }

    @Test
    public void keepsWhatWasFlushedWhenThePowerIsLost() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            crash(seed, true);
        }
    }

    private static void crash(final long seed, final boolean powerLoss) {
        try {
            run(seed, powerLoss);
        } catch (final AssertionError | RuntimeException failure) {
            throw new AssertionError("seed=" + seed + " powerLoss=" + powerLoss + ": " + failure.getMessage(), failure);
        }
    }

    private static void run(final long seed, final boolean powerLoss) {
        final Random random = new Random(seed);
        final int columns = 2 + random.nextInt(4);
        final SetWorld world = new SetWorld(seed, "10", columns);
        if (seed % 2 == 1) {
            world.endShortWritesOnTheSpot();
        }
        final BlockModel model = Workload.modelOf(world, powerLoss);
        final Workload load = new Workload(world, model, random);
        for (int crash = 0; crash < CRASHES; crash++) {
            load.start(20 + random.nextInt(100));
            trouble(world, random);
            world.sim().runFor((long) (random.nextDouble() * random.nextInt(20_000_000)));
            load.crashed();
            if (powerLoss) {
                world.powerLoss(random);
            } else {
                world.kill(random);
            }
            world.assemble();
            load.verify(true);
            if (random.nextBoolean()) {
                load.run(20);
            }
            heal(world);
            load.verify(false);
        }
        load.run(30);
        load.verify(false);
        world.assertConsistent();
    }

    private static void trouble(final SetWorld world, final Random random) {
        final int column = random.nextInt(world.columns());
        world.sim().runFor(random.nextInt(3_000_000));
        if (random.nextInt(5) == 0) {
            return;
        }
        if (random.nextBoolean()) {
            world.device(column).lose();
            world.sim().runFor(random.nextInt(1_000_000));
            world.sim().onLane(0, () -> world.set().detach(column));
        } else {
            world.device(column).failAll(true);
        }
        world.sim().runFor(random.nextInt(6_000_000));
        if (random.nextInt(3) == 0) {
            return;
        }
        world.device(column).failAll(false);
        world.device(column).comeBack();
        if (random.nextBoolean()) {
            world.sim().onLane(0, () -> world.set().attach(column, world.fault(column)));
            world.sim().runFor(random.nextInt(2_000_000));
            world.start(() -> world.set().catchUp(column, world.job("catch-up")));
        } else if (world.journal().state(column) == ColumnState.STALE) {
            world.startRebuildSomewhere(column, random.nextInt(3));
        }
    }

    private static void heal(final SetWorld world) {
        for (int column = 0; column < world.columns(); column++) {
            if (world.journal().state(column) == ColumnState.STALE) {
                world.refresh(column);
            }
        }
        world.resync();
        assertEquals(RaidSetState.HEALTHY, world.set().info().state());
        world.assertConsistent();
    }
}
