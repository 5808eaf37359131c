package org.isobar.raid;

import static org.junit.Assert.assertEquals;

import java.util.Arrays;
import java.util.Collection;
import java.util.Random;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidSetState;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameters;

/** Random requests against a model, on every level and several widths. */
@RunWith(Parameterized.class)
public class RaidSetRandomTest {
    private static final int SEEDS = 3;

    private final String level;
    private final int columns;

    public RaidSetRandomTest(final String level, final int columns) {
        this.level = level;
        this.columns = columns;
    }

    @Parameters(name = "level {0}, {1} columns")
    public static Collection<Object[]> shapes() {
        return Arrays.asList(new Object[][] {
            {"10", 2}, {"10", 3}, {"10", 4}, {"10", 5}, {"5", 3}, {"5", 4}, {"5", 5}, {"50", 6}, {"50", 8}, {"50", 9}
        });
    }

    @Test
    public void answersLikeTheModelWhenHealthy() {
        healthy(false);
    }

    @Test
    public void answersStreamsLikeTheModelWhenHealthy() {
        healthy(true);
    }

    private void healthy(final boolean streams) {
        for (int seed = 0; seed < SEEDS; seed++) {
            final SetWorld world = new SetWorld(seed, level, columns);
            if (seed % 2 == 1) {
                world.endShortWritesOnTheSpot();
            }
            final Workload load = new Workload(world, Workload.modelOf(world, false), new Random(seed));
            if (streams) {
                load.streams();
            }
            load.run(400);
            load.verify(false);
            world.assertConsistent();
            assertEquals(RaidSetState.HEALTHY, world.set().info().state());
            assertEquals(0, world.set().info().degradedReads());
        }
    }

    @Test
    public void answersLikeTheModelWithAnyColumnLostFromTheStart() {
        for (int column = 0; column < columns; column++) {
            final SetWorld world = new SetWorld(column, level, columns);
            final Workload load = new Workload(world, Workload.modelOf(world, false), new Random(column));
            world.lose(column);
            assertEquals(RaidSetState.DEGRADED, world.set().info().state());
            load.run(200);
            load.verify(false);
            assertEquals(RaidSetState.DEGRADED, world.set().info().state());
        }
    }

    @Test
    public void catchesUpAColumnLostInMidRun() {
        for (int column = 0; column < columns; column++) {
            final SetWorld world = new SetWorld(100 + column, level, columns);
            final Workload load = new Workload(world, Workload.modelOf(world, false), new Random(column));
            load.run(50);
            load.start(200);
            world.sim().runFor(2_000_000);
            world.device(column).lose();
            world.sim().runFor(1_000_000);
            world.lose(column);
            load.finish();
            load.verify(false);
            world.comeBack(column);
            load.start(200);
            world.catchUp(column);
            assertEquals(RaidSetState.HEALTHY, world.set().info().state());
            load.finish();
            load.verify(false);
            world.assertConsistent();
            assertEquals(ColumnState.IN_SYNC, world.journal().state(column));
        }
    }

    @Test
    public void rebuildsAColumnWhileWritesGoOn() {
        for (int column = 0; column < columns; column++) {
            final SetWorld world = new SetWorld(200 + column, level, columns);
            final Workload load = new Workload(world, Workload.modelOf(world, false), new Random(column));
            load.run(100);
            world.lose(column);
            load.run(50);
            load.start(300);
            world.rebuild(column, 0, 3);
            load.finish();
            assertEquals(RaidSetState.HEALTHY, world.set().info().state());
            load.verify(false);
            world.assertConsistent();
        }
    }
}
