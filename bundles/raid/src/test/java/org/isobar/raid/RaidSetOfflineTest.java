package org.isobar.raid;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import java.util.Random;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoStatus;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidSetState;
import org.isobar.testkit.Blocks;
import org.junit.Test;

/** Losses that the level survives, and losses that it does not. */
public class RaidSetOfflineTest {
    private static final byte[] BYTES = new byte[3 * SetWorld.STRIP_BYTES];

    @Test
    public void servesWithOneColumnLostInEachGroup() {
        twoLosses("10", 4, 0, 3);
        twoLosses("10", 4, 1, 2);
        twoLosses("50", 6, 1, 5);
        twoLosses("50", 8, 0, 4);
    }

    private static void twoLosses(final String level, final int columns, final int one, final int other) {
        final SetWorld world = new SetWorld(11, level, columns);
        final Workload load = new Workload(world, Workload.modelOf(world, false), new Random(3));
        load.run(60);
        world.lose(one);
        load.run(60);
        load.start(60);
        world.device(other).lose();
        load.finish();
        world.lose(other);
        load.run(60);
        load.verify(false);
        assertEquals(RaidSetState.DEGRADED, world.set().info().state());
        load.start(100);
        world.rebuild(one, 0, 2);
        assertEquals(RaidSetState.DEGRADED, world.set().info().state());
        world.rebuild(other, 1, 1);
        load.finish();
        assertEquals(RaidSetState.HEALTHY, world.set().info().state());
        load.verify(false);
        world.assertConsistent();
    }

    @Test
    public void comesBackWithAllDataWhenTheDevicesDo() {
        comesBack("5", 3, 0, 2);
        comesBack("5", 5, 1, 2);
        comesBack("10", 4, 2, 3);
        comesBack("10", 3, 0, 1);
        comesBack("50", 6, 3, 5);
    }

    private static void comesBack(final String level, final int columns, final int one, final int other) {
        for (int seed = 0; seed < 10; seed++) {
            final SetWorld world = new SetWorld(seed, level, columns);
            final Workload load = new Workload(world, Workload.modelOf(world, false), new Random(seed));
            load.run(60);
            load.allow(IoStatus.OFFLINE).allow(IoStatus.IO_ERROR).start(80);
            world.sim().runFor(seed * 200_000L);
            // Both vanish at the same moment, as with a controller.
            world.device(one).lose();
            world.device(other).lose();
            load.finish();
            world.lose(one);
            world.lose(other);
            assertEquals(RaidSetState.OFFLINE, world.set().info().state());
            assertEquals("nothing is declared stale", 0, world.journal().staleRecords());
            assertEquals(IoStatus.OFFLINE, Blocks.readStatus(world.sim(), world.set(), 0, 512));
            assertEquals(IoStatus.OFFLINE, Blocks.write(world.sim(), world.set(), 0, BYTES));
            assertEquals(IoStatus.OFFLINE, Blocks.flush(world.sim(), world.set()));
            load.forbid(IoStatus.OFFLINE).forbid(IoStatus.IO_ERROR);
            world.comeBack(one);
            world.comeBack(other);
            world.resync();
            load.verify(false);
            load.run(60);
            load.verify(false);
            assertEquals(RaidSetState.HEALTHY, world.set().info().state());
            world.assertConsistent();
        }
    }

    @Test
    public void givesUpNoColumnThatItWaitsForWhenWritesEndLate() {
        for (int seed = 0; seed < 20; seed++) {
            final SetWorld world = new SetWorld(seed, "5", 4);
            final Workload load = new Workload(world, Workload.modelOf(world, false), new Random(seed));
            load.run(60);
            load.allow(IoStatus.OFFLINE).allow(IoStatus.IO_ERROR).start(80);
            world.sim().runFor(100_000L + seed * 20_000L);
            world.device(0).hold();
            world.device(1).lose();
            world.device(2).lose();
            world.lose(1);
            world.lose(2);
            assertEquals(RaidSetState.OFFLINE, world.set().info().state());
            // Writes that began before end only when one of the columns is back already.
            world.comeBack(1);
            world.device(0).release();
            world.sim().run();
            assertEquals("nothing is declared stale", 0, world.journal().staleRecords());
            world.comeBack(2);
            load.finish();
            world.resync();
            load.forbid(IoStatus.OFFLINE).forbid(IoStatus.IO_ERROR).verify(false);
            assertEquals(RaidSetState.HEALTHY, world.set().info().state());
            world.assertConsistent();
        }
    }

    @Test
    public void servesAgainWithEnoughColumnsAndCatchesUpTheRest() {
        final SetWorld world = new SetWorld(5, "5", 4);
        final Workload load = new Workload(world, Workload.modelOf(world, false), new Random(5));
        load.run(60);
        world.lose(1);
        load.run(60);
        assertEquals(ColumnState.STALE, world.journal().state(1));
        world.lose(2);
        assertEquals(RaidSetState.OFFLINE, world.set().info().state());
        world.comeBack(1);
        assertEquals(
                "a stale column does not count",
                RaidSetState.OFFLINE,
                world.set().info().state());
        world.comeBack(2);
        assertEquals(RaidSetState.DEGRADED, world.set().info().state());
        load.verify(false);
        world.catchUp(1);
        world.resync();
        assertEquals(RaidSetState.HEALTHY, world.set().info().state());
        load.verify(false);
        world.assertConsistent();
    }

    @Test
    public void servesAtOnceWhenAnIdleColumnComesBack() {
        final SetWorld world = new SetWorld(6, "5", 3);
        world.lose(1);
        assertEquals(IoStatus.OK, Blocks.readStatus(world.sim(), world.set(), 0, 65536));
        world.comeBack(1);
        assertEquals(RaidSetState.HEALTHY, world.set().info().state());
        assertEquals(0, world.journal().staleRecords());
    }

    @Test
    public void declaresAColumnStaleThatIsLostWithUnflushedWrites() {
        final SetWorld world = new SetWorld(6, "10", 2);
        Blocks.write(world.sim(), world.set(), 0, BYTES);
        world.lose(1);
        assertEquals(ColumnState.STALE, world.journal().state(1));
    }

    @Test
    public void refusesToReplaceAColumnThatItNeeds() {
        final SetWorld world = new SetWorld(9, "5", 3);
        world.lose(0);
        final StorageException refused = assertThrows(StorageException.class, () -> world.rebuild(1, 0, 0));
        assertEquals(StorageException.Code.UNAVAILABLE, refused.code());
    }

    @Test
    public void rebuildsAHealthyColumnElsewhere() {
        final SetWorld world = new SetWorld(10, "50", 6);
        final Workload load = new Workload(world, Workload.modelOf(world, false), new Random(1));
        load.run(50);
        load.start(100);
        world.rebuild(4, 1, 2);
        load.finish();
        load.verify(false);
        assertEquals(RaidSetState.HEALTHY, world.set().info().state());
        world.assertConsistent();
    }
}
