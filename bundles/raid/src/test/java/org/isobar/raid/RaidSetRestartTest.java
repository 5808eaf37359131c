package org.isobar.raid;

import static org.junit.Assert.assertEquals;

import java.util.Random;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidSetState;
import org.isobar.testkit.LostBuffers;
import org.junit.Rule;
import org.junit.Test;

/** What a set comes back as after an unclean stop when columns were missing, before or after it. */
public class RaidSetRestartTest {
    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    @Test
    public void startsOfflineAndServesWhenDevicesTurnUp() {
        for (final String level : new String[] {"5", "10"}) {
            final SetWorld world = new SetWorld(8, level, 4);
            final Workload load = new Workload(world, Workload.modelOf(world, false), new Random(8));
            load.run(80);
            load.start(40);
            world.sim().runFor(2_000_000);
            load.crashed();
            world.kill(new Random(8));
            world.device(0).lose();
            world.device(1).lose();
            world.assemble();
            assertEquals(RaidSetState.OFFLINE, world.set().info().state());
            world.comeBack(0);
            world.comeBack(1);
            world.resync();
            assertEquals(RaidSetState.HEALTHY, world.set().info().state());
            load.verify(true);
            load.run(40);
            load.verify(false);
            world.assertConsistent();
        }
    }

    @Test
    public void resumesARebuildAfterACrash() {
        for (int seed = 0; seed < 20; seed++) {
            final SetWorld world = new SetWorld(seed, "10", 4);
            final Workload load = new Workload(world, Workload.modelOf(world, false), new Random(seed));
            load.run(60);
            world.lose(2);
            load.run(30);
            world.startRebuild(2, 0, 1, world.job("rebuild"));
            world.sim().runFor(seed * 500_000L);
            load.crashed();
            world.kill(new Random(seed));
            world.assemble();
            load.verify(true);
            if (world.journal().state(2) == ColumnState.STALE) {
                world.catchUp(2);
            }
            world.resync();
            load.run(30);
            load.verify(false);
            assertEquals(RaidSetState.HEALTHY, world.set().info().state());
            world.assertConsistent();
        }
    }
}
