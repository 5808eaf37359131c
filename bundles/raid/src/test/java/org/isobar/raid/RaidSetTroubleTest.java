package org.isobar.raid;

import static org.junit.Assert.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoStatus;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidSetState;
import org.junit.Test;

/**
 * Devices come, go and fail at random while a random load runs. Nothing acknowledged may be lost, nothing stale read,
 * and once all devices are well the set must become healthy and consistent.
 */
public class RaidSetTroubleTest {
    private static final int SEEDS = Integer.getInteger("isobar.raid.trouble.seeds", 60);
    private static final long FIRST_SEED = Long.getLong("isobar.raid.trouble.first", 0);
    private static final int ROUNDS = 6;

    @Test
    public void losesNothingWhenOneDeviceAtATimeIsInTrouble() {
        oneAtATime(false);
    }

    @Test
    public void losesNothingOfStreamsWhenOneDeviceAtATimeIsInTrouble() {
        oneAtATime(true);
    }

    private static void oneAtATime(final boolean streams) {
        each((random, seed) -> {
            final String level = List.of("10", "5", "50").get(random.nextInt(3));
            final int columns = level.equals("50") ? 6 : 3 + random.nextInt(3);
            final SetWorld world = new SetWorld(seed, level, columns);
            final Workload load = new Workload(world, Workload.modelOf(world, false), random);
            if (streams) {
                load.streams();
            }
            for (int round = 0; round < ROUNDS; round++) {
                load.start(30 + random.nextInt(60));
                final int column = random.nextInt(columns);
                strike(world, random, column);
                world.sim().runFor(random.nextInt(8_000_000));
                relieve(world, column);
                if (random.nextBoolean()) {
                    load.finish();
                }
                heal(world);
            }
            load.finish();
            load.verify(false);
            heal(world);
            load.verify(false);
            world.assertConsistent();
        });
    }

    @Test
    public void losesNothingOfMirrorsWhateverIsInTrouble() {
        each((random, seed) -> {
            final int columns = 2 + random.nextInt(5);
            final SetWorld world = new SetWorld(seed, "10", columns);
            final Workload load = new Workload(world, Workload.modelOf(world, false), random);
            load.allow(IoStatus.OFFLINE).allow(IoStatus.IO_ERROR);
            for (int round = 0; round < ROUNDS; round++) {
                load.start(30 + random.nextInt(60));
                final List<Integer> struck = new ArrayList<>();
                for (int count = random.nextInt(4); count > 0; count--) {
                    final int column = random.nextInt(columns);
                    struck.add(column);
                    strike(world, random, column);
                    world.sim().runFor(random.nextInt(3_000_000));
                }
                struck.forEach(column -> relieve(world, column));
                heal(world);
                load.finish();
            }
            load.verify(false);
            heal(world);
            load.verify(false);
            world.assertConsistent();
        });
    }

    private static void strike(final SetWorld world, final Random random, final int column) {
        world.sim().runFor(random.nextInt(3_000_000));
        switch (random.nextInt(4)) {
            case 0 -> {
                world.device(column).lose();
                world.sim().runFor(random.nextInt(2_000_000));
                world.sim().onLane(0, () -> world.set().detach(column));
            }
            case 1 -> {
                world.device(column).lose();
                world.sim().onLane(0, () -> world.set().detach(column));
                world.device(column).comeBack();
                world.sim().onLane(0, () -> world.set().attach(column, world.fault(column)));
            }
            case 2 -> world.device(column).failAll(true);
            default -> world.device(column).failNth(1 + random.nextInt(20));
        }
    }

    private static void relieve(final SetWorld world, final int column) {
        world.device(column).failAll(false);
        world.device(column).failNth(0);
        world.device(column).comeBack();
        // What was submitted in trouble still fails, and must not be the second trouble.
        world.sim().runFor(10_000_000);
    }

    /** What a store does: attaches what is there, catches up what is stale, and tries again. */
    private static void heal(final SetWorld world) {
        for (int attempt = 0; attempt < 20; attempt++) {
            for (int column = 0; column < world.columns(); column++) {
                final int index = column;
                if (!world.set().info().columns().get(column).present()) {
                    world.sim().onLane(0, () -> world.set().attach(index, world.fault(index)));
                    world.sim().runFor(5_000_000);
                }
                if (world.journal().state(column) == ColumnState.STALE) {
                    try {
                        world.catchUp(column);
                    } catch (final StorageException again) {
                        world.sim().runFor(100_000_000);
                    }
                }
            }
            try {
                world.resync();
            } catch (final StorageException again) {
                world.sim().runFor(100_000_000);
            }
            if (world.set().info().state() == RaidSetState.HEALTHY) {
                return;
            }
        }
        assertEquals(RaidSetState.HEALTHY, world.set().info().state());
    }

    private static void each(final Scenario scenario) {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            try {
                scenario.run(new Random(seed), seed);
            } catch (final AssertionError | RuntimeException failure) {
                throw new AssertionError("seed=" + seed + ": " + failure.getMessage(), failure);
            }
        }
    }

    private interface Scenario {
        void run(Random random, long seed);
    }
}
