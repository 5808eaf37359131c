package org.isobar.raid;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import java.util.Random;
import org.isobar.api.device.DeviceState;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidSetState;
import org.isobar.testkit.LostBuffers;
import org.isobar.testkit.Simulation;
import org.junit.Rule;
import org.junit.Test;

/**
 * As {@link CrashTest} for parity sets with a write log, with columns lost, caught up and rebuilt meanwhile, and with one
 * that is lost in the very event. What was flushed must be there whatever was missing; any other block is as before or as
 * written, and nothing else. What a crash leaves is no damage to the {@link LogInspection}.
 */
public class WriteHoleCrashTest {
    private static final int SEEDS = Integer.getInteger("isobar.raid.crash.seeds", 120);
    private static final long FIRST_SEED = Long.getLong("isobar.raid.crash.first", 0);
    private static final int[][] WIDTHS = {{3, 4, 5}, {6, 8}};
    private static final String[] LEVELS = {"5", "50"};
    private static final int CRASHES = 4;
    private static final int[] SMALL_BYTES = {0, SetWorld.STRIP_BYTES, 32 * 1024};
    private static final int SLOTS_MORE = 28;
    private static final int ROWS_MAX = 4;

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    @Test
    public void keepsWhatWasAcknowledgedWhenTheProcessIsKilled() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            crash(seed, false, true, false, false);
        }
    }

    @Test
    public void keepsWhatWasFlushedWhenThePowerIsLost() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            crash(seed, true, true, false, false);
        }
    }

    @Test
    public void keepsWhatWasAcknowledgedFromTheLogWhenTheProcessIsKilled() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            crash(seed, false, true, true, false);
        }
    }

    @Test
    public void keepsWhatWasFlushedInTheLogWhenThePowerIsLost() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            crash(seed, true, true, true, false);
        }
    }

    @Test
    public void keepsWhatStreamsWroteInTheSameWay() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            crash(seed, seed % 2 == 0, true, seed % 4 < 2, true);
        }
    }

    /** The test of this test: this is what the log is for. */
    @Test
    public void isLeftOpenWithoutALog() {
        assertThrows(AssertionError.class, () -> {
            for (long seed = 0; seed < 200; seed++) {
                crash(seed, true, false, false, false);
            }
        });
    }

    private static void crash(
            final long seed,
            final boolean powerLoss,
            final boolean logged,
            final boolean writeBack,
            final boolean streams) {
        try {
            run(seed, powerLoss, logged, writeBack, streams);
        } catch (final AssertionError | RuntimeException failure) {
            throw new AssertionError("seed=" + seed + " powerLoss=" + powerLoss + ": " + failure.getMessage(), failure);
        }
    }

    private static void run(
            final long seed,
            final boolean powerLoss,
            final boolean logged,
            final boolean writeBack,
            final boolean streams) {
        final Random random = new Random(seed);
        final int kind = random.nextInt(LEVELS.length);
        final int columns = WIDTHS[kind][random.nextInt(WIDTHS[kind].length)];
        final int stripBytes = SetWorld.STRIP_BYTES * (random.nextBoolean() ? 1 : ROWS_MAX);
        final int groups = kind + 1;
        final long least = LogLayout.bytesMin(columns / groups - 1, stripBytes);
        final long logBytes = logged ? least + random.nextInt(SLOTS_MORE) * 8L * SetWorld.STRIP_BYTES : 0;
        final SetWorld world = new SetWorld(
                new Simulation(seed),
                LEVELS[kind],
                columns,
                stripBytes,
                logBytes,
                writeBack,
                SMALL_BYTES[random.nextInt(SMALL_BYTES.length)]);
        if (seed % 2 == 1) {
            world.endShortWritesOnTheSpot();
        }
        final BlockModel model = Workload.modelOf(world, powerLoss);
        final Workload load = new Workload(world, model, random);
        if (streams) {
            load.streams();
        }
        for (int crash = 0; crash < CRASHES; crash++) {
            load.start(20 + random.nextInt(100));
            if (random.nextInt(3) == 0) {
                trouble(world, random);
            }
            world.sim().runFor((long) (random.nextDouble() * random.nextInt(20_000_000)));
            if (random.nextInt(8) == 0) {
                world.sim().runFor(5_000_000_000L + random.nextInt(1_000_000_000));
            }
            load.crashed();
            down(world, powerLoss, random);
            loseOne(world, random);
            InspectedLog.of(world).assertUndamaged();
            if (random.nextInt(3) == 0) {
                crashWhileItComesUp(world, powerLoss, random);
                InspectedLog.of(world).assertUndamaged();
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
        world.stop();
        InspectedLog.of(world).assertClean();
    }

    private static void down(final SetWorld world, final boolean powerLoss, final Random random) {
        if (powerLoss) {
            world.powerLoss(random);
        } else {
            world.kill(random);
        }
    }

    /** One column may be gone, if none is stale already. */
    private static void loseOne(final SetWorld world, final Random random) {
        for (int column = 0; column < world.columns(); column++) {
            if (world.journal().state(column) == ColumnState.STALE) {
                return;
            }
        }
        if (random.nextInt(4) > 0) {
            world.device(random.nextInt(world.columns())).lose();
        }
    }

    private static void crashWhileItComesUp(final SetWorld world, final boolean powerLoss, final Random random) {
        final boolean[] lost = new boolean[world.columns()];
        for (int column = 0; column < lost.length; column++) {
            lost[column] = world.device(column).state() != DeviceState.ONLINE;
        }
        world.startAssembly();
        world.sim().runFor(random.nextInt(6_000_000));
        down(world, powerLoss, random);
        for (int column = 0; column < lost.length; column++) {
            if (lost[column]) {
                world.device(column).lose();
            }
        }
    }

    private static void trouble(final SetWorld world, final Random random) {
        final int column = random.nextInt(world.columns());
        world.sim().runFor(random.nextInt(3_000_000));
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
        world.sim().runFor(random.nextInt(30_000_000));
    }

    private static void heal(final SetWorld world) {
        for (int column = 0; column < world.columns(); column++) {
            if (world.device(column).state() != DeviceState.ONLINE) {
                world.comeBack(column);
                world.sim().run();
            }
        }
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
