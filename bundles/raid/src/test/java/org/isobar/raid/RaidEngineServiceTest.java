package org.isobar.raid;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoStatus;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidColumn;
import org.isobar.api.raid.RaidSet;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.spi.raid.RaidLevel;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.Simulation;
import org.junit.Test;

public class RaidEngineServiceTest {
    private static final int STRIP = SetWorld.STRIP_BYTES;

    @Test
    public void knowsTheLevelsThatArePluggedIn() {
        final Simulation sim = new Simulation(1);
        final RaidEngineService engine = new RaidEngineService(sim.lanes(), sim.clock());
        assertEquals(List.of(), engine.levels());
        final RaidLevel level = new Raid5Level();
        engine.bindLevel(level);
        assertEquals(List.of("5"), engine.levels());
        assertEquals(3, engine.level("5").minDevices());
        engine.unbindLevel(level);
        sim.runFor(TimeUnit.MILLISECONDS.toNanos(2 * RaidEngineService.LEVEL_AWAY_MS));
        final StorageException refused = assertThrows(StorageException.class, () -> engine.level("5"));
        assertEquals(StorageException.Code.INVALID, refused.code());
    }

    @Test
    public void keepsServingASetWhoseLevelIsUnplugged() {
        final SetWorld world = new SetWorld(1, "5", 4);
        SetWorld.LEVELS.forEach(world.engine()::unbindLevel);
        world.sim().runFor(TimeUnit.MILLISECONDS.toNanos(2 * RaidEngineService.LEVEL_AWAY_MS));
        assertEquals(List.of(), world.engine().levels());
        final Workload load = new Workload(world, Workload.modelOf(world, false), new Random(1));
        load.run(50);
        load.verify(false);
    }

    @Test
    public void computesSizes() {
        final RaidEngineService engine = SetWorld.engine(new Simulation(1));
        assertEquals(3L * (64 << 20), engine.dataBytes("5", 4, 65536, 64 << 20));
        assertEquals(2L * (64 << 20), engine.dataBytes("10", 4, 65536, 64 << 20));
        assertEquals(96L << 20, engine.dataBytes("10", 3, 65536, 64 << 20));
        assertEquals(4L * (64 << 20), engine.dataBytes("50", 6, 65536, 64 << 20));
        assertThrows(StorageException.class, () -> engine.dataBytes("50", 7, 65536, 64 << 20));
        assertThrows(StorageException.class, () -> engine.dataBytes("5", 4, 1000, 64 << 20));
        assertThrows(StorageException.class, () -> engine.dataBytes("5", 4, 65536, 4096));
        assertThrows(StorageException.class, () -> engine.dataBytes("6", 4, 65536, 64 << 20));
    }

    @Test
    public void saysWhichColumnsMustDiffer() {
        final RaidEngineService engine = SetWorld.engine(new Simulation(1));
        assertTrue(engine.mustDiffer("5", 4, 0, 3));
        assertTrue(engine.mustDiffer("10", 4, 0, 1));
        assertFalse(engine.mustDiffer("10", 4, 1, 2));
        assertTrue("neighbours all around", engine.mustDiffer("10", 3, 0, 2));
        assertTrue(engine.mustDiffer("50", 6, 0, 2));
        assertFalse(engine.mustDiffer("50", 6, 2, 3));
    }

    @Test
    public void refusesSpecsThatCannotBe() {
        final SetWorld world = new SetWorld(1, "5", 4);
        final RaidSetSpec good = world.spec();
        refused(world, good, StorageException.Code.CONFLICT);
        final List<RaidColumn> together = new ArrayList<>(good.columns());
        together.set(1, new RaidColumn(together.get(0).device(), 2, ColumnState.IN_SYNC));
        refused(world, new RaidSetSpec(8, "5", STRIP, good.chunkletBytes(), together), StorageException.Code.INVALID);
        final List<RaidColumn> outside = new ArrayList<>(good.columns());
        outside.set(1, new RaidColumn(outside.get(1).device(), 1000, ColumnState.IN_SYNC));
        refused(world, new RaidSetSpec(8, "5", STRIP, good.chunkletBytes(), outside), StorageException.Code.INVALID);
        refused(
                world,
                new RaidSetSpec(8, "5", STRIP, 2 * good.chunkletBytes(), good.columns()),
                StorageException.Code.INVALID);
        refused(
                world,
                new RaidSetSpec(8, "50", STRIP, good.chunkletBytes(), good.columns()),
                StorageException.Code.INVALID);
        world.await(() -> world.set().close());
        world.assemble();
    }

    private static void refused(final SetWorld world, final RaidSetSpec spec, final StorageException.Code code) {
        final StorageException refused = assertThrows(
                StorageException.class,
                () -> world.await(() -> world.engine().assemble(spec, world.directory(), world.journal())));
        assertEquals(code, refused.code());
    }

    @Test
    public void sharesAnIntentBlockAmongSets() {
        final SetWorld world = new SetWorld(1, "10", 4);
        final List<RaidColumn> columns = new ArrayList<>();
        for (int column = 0; column < 4; column++) {
            columns.add(new RaidColumn(new UUID(1, column), (world.chunklet(column) + 3) % 6, ColumnState.IN_SYNC));
        }
        final TestJournal journal = new TestJournal(
                world.sim(),
                List.of(ColumnState.IN_SYNC, ColumnState.IN_SYNC, ColumnState.IN_SYNC, ColumnState.IN_SYNC));
        final RaidSetSpec spec = new RaidSetSpec(9, "10", STRIP, SetWorld.CHUNKLET_BYTES, columns);
        final RaidSet other = world.await(() -> world.engine().assemble(spec, world.directory(), journal));
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), other, 0, new byte[512]));
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 512L * 1024 - 512, new byte[512]));
        assertEquals(1, other.info().dirtyRegions());
        // A flush failure is told to one flush only, so it counts for both sets.
        world.device(2).failWhen(request -> request.op() == IoOp.FLUSH);
        Blocks.write(world.sim(), world.set(), 0, new byte[(int) world.set().sizeBytes()]);
        Blocks.write(world.sim(), other, 0, new byte[(int) other.sizeBytes()]);
        assertEquals(IoStatus.OK, Blocks.flush(world.sim(), other));
        world.device(2).failWhen(request -> false);
        world.sim().run();
        assertEquals(ColumnState.STALE, journal.state(2));
        assertEquals(ColumnState.STALE, world.journal().state(2));
    }

    @Test
    public void answersBadRangesAndAClosedSet() {
        final SetWorld world = new SetWorld(1, "10", 2);
        final long size = world.set().sizeBytes();
        assertEquals(IoStatus.OUT_OF_RANGE, Blocks.readStatus(world.sim(), world.set(), size, 512));
        assertEquals(IoStatus.OUT_OF_RANGE, Blocks.readStatus(world.sim(), world.set(), size - 512, 1024));
        assertEquals(IoStatus.OUT_OF_RANGE, Blocks.readStatus(world.sim(), world.set(), 100, 512));
        assertEquals(IoStatus.OUT_OF_RANGE, Blocks.write(world.sim(), world.set(), -512, new byte[512]));
        assertEquals(IoStatus.OUT_OF_RANGE, Blocks.zero(world.sim(), world.set(), 0, Long.MAX_VALUE & -512L));
        world.await(() -> world.set().close());
        assertEquals(IoStatus.OFFLINE, Blocks.readStatus(world.sim(), world.set(), 0, 512));
        assertEquals(IoStatus.OFFLINE, Blocks.flush(world.sim(), world.set()));
    }

    @Test
    public void waitsForBusyDevicesOnceItHasWritten() {
        final SetWorld world = new SetWorld(1, "5", 4);
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, new byte[512]));
        final int[] refusals = {20};
        world.fault(0).failWhen(request -> request.op() == IoOp.WRITE && refusals[0]-- > 0, IoStatus.BUSY);
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, new byte[3 * STRIP]));
        assertTrue(refusals[0] < 0);
        assertEquals(0, world.journal().staleRecords());
    }

    @Test
    public void passesBusyOnWhenNothingWasWritten() {
        final SetWorld world = new SetWorld(1, "5", 4);
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, new byte[512]));
        for (int column = 0; column < 4; column++) {
            world.fault(column).failWhen(request -> request.op() == IoOp.READ, IoStatus.BUSY);
        }
        assertEquals(IoStatus.BUSY, Blocks.readStatus(world.sim(), world.set(), 0, 512));
        assertEquals(IoStatus.BUSY, Blocks.write(world.sim(), world.set(), 0, new byte[512]));
        for (int column = 0; column < 4; column++) {
            world.fault(column).failWhen(request -> request.op() == IoOp.WRITE, IoStatus.BUSY);
        }
        assertEquals(IoStatus.BUSY, Blocks.write(world.sim(), world.set(), 0, new byte[3 * STRIP]));
        assertEquals(0, world.journal().staleRecords());
        world.assertAtRest();
    }

    @Test
    public void standsDevicesThatCompleteInsideSubmit() {
        for (final String level : new String[] {"10", "5", "50"}) {
            final SetWorld world = new SetWorld(1, level, 6);
            for (int column = 0; column < 6; column++) {
                world.fault(column).failWhen(request -> true, IoStatus.OK);
            }
            final int size = (int) world.set().sizeBytes();
            final byte[] bytes = new byte[size - 1024];
            assertEquals(IoStatus.OK, Blocks.zero(world.sim(), world.set(), 0, size));
            assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, new byte[size]));
            // They read nothing, so what is in the buffer may or may not match its checksum.
            assertEnds(Blocks.readStatus(world.sim(), world.set(), 512, bytes.length));
            assertEnds(Blocks.write(world.sim(), world.set(), 512, bytes));
            assertEquals(IoStatus.OK, Blocks.flush(world.sim(), world.set()));
            world.assertAtRest();
        }
    }

    private static void assertEnds(final IoStatus status) {
        assertTrue("ended in " + status, status == IoStatus.OK || status == IoStatus.IO_ERROR);
    }

    @Test
    public void letsSmallWritesToOneStripeRunSideBySide() {
        final SetWorld world = new SetWorld(1, "5", 4);
        final List<Blocked> writes = new ArrayList<>();
        final int strip = 4 * STRIP;
        final RaidSet set = wideStrips(world, strip);
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), set, 0, new byte[3 * strip]));
        for (int column = 0; column < 4; column++) {
            world.device(column).hold();
        }
        for (int i = 0; i < 3; i++) {
            writes.add(new Blocked(world, set, i * (strip + (long) STRIP), new byte[STRIP]));
        }
        final Blocked overlapping = new Blocked(world, set, 512, new byte[512]);
        writes.forEach(Blocked::start);
        overlapping.start();
        world.sim().runFor(50_000_000);
        int inFlight = 0;
        for (int column = 0; column < 4; column++) {
            inFlight += world.device(column).inFlight();
        }
        assertEquals("the reads of three writes; the fourth waits", 6, inFlight);
        for (int round = 0; round < 20; round++) {
            for (int column = 0; column < 4; column++) {
                world.device(column).release();
            }
            world.sim().run();
        }
        writes.forEach(write -> assertEquals(IoStatus.OK, write.status()));
        assertEquals(IoStatus.OK, overlapping.status());
        assertEquals(SetWorld.report(16, 0, 0, 0, 0, 0), world.await(() -> set.scrub(false, world.job("scrub"))));
    }

    private static RaidSet wideStrips(final SetWorld world, final int stripBytes) {
        final List<RaidColumn> columns = new ArrayList<>();
        final List<ColumnState> states = new ArrayList<>();
        for (int column = 0; column < 4; column++) {
            columns.add(new RaidColumn(new UUID(1, column), (world.chunklet(column) + 3) % 6, ColumnState.IN_SYNC));
            states.add(ColumnState.IN_SYNC);
        }
        final RaidSetSpec spec = new RaidSetSpec(9, "5", stripBytes, SetWorld.CHUNKLET_BYTES, columns);
        final TestJournal journal = new TestJournal(world.sim(), states);
        final RaidSet set = world.await(() -> world.engine().assemble(spec, world.directory(), journal));
        world.await(set::initialize);
        return set;
    }

    @Test
    public void writesWholeStripesWithoutReading() {
        final SetWorld world = new SetWorld(1, "50", 6);
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, new byte[40 * STRIP]));
        final long[] reads = new long[6];
        for (int column = 0; column < 6; column++) {
            reads[column] = world.device(column).reads();
        }
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, new byte[40 * STRIP]));
        assertEquals(IoStatus.OK, Blocks.zero(world.sim(), world.set(), 0, 40 * STRIP));
        for (int column = 0; column < 6; column++) {
            assertEquals(
                    "intent and checksums were read before",
                    reads[column],
                    world.device(column).reads());
        }
    }

    @Test
    public void refusesBadSettings() {
        assertThrows(IllegalArgumentException.class, () -> new EngineSettings(5, 4, 512, 4096, 1, 25, 8, 100, true, 1));
        assertThrows(
                IllegalArgumentException.class, () -> new EngineSettings(5000, 0, 512, 4096, 1, 25, 8, 100, true, 1));
        assertThrows(
                IllegalArgumentException.class, () -> new EngineSettings(5000, 4, 1, 4096, 1, 25, 8, 100, true, 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> new EngineSettings(5000, 4, 512, 1 << 20, 1, 25, 8, 100, true, 1));
        assertThrows(
                IllegalArgumentException.class, () -> new EngineSettings(5000, 4, 512, 4096, 0, 25, 8, 100, true, 1));
        assertThrows(
                IllegalArgumentException.class, () -> new EngineSettings(5000, 4, 512, 4096, 1, 0, 8, 100, true, 1));
        assertThrows(
                IllegalArgumentException.class, () -> new EngineSettings(5000, 4, 512, 4096, 1, 101, 8, 100, true, 1));
        assertThrows(
                IllegalArgumentException.class, () -> new EngineSettings(5000, 4, 512, 4096, 1, 25, 0, 100, true, 1));
        assertThrows(
                IllegalArgumentException.class, () -> new EngineSettings(5000, 4, 512, 4096, 1, 25, 8, 0, true, 1));
        assertThrows(
                IllegalArgumentException.class, () -> new EngineSettings(5000, 4, 512, 4096, 1, 25, 8, 1, true, -1));
        assertThrows(
                IllegalArgumentException.class,
                () -> new EngineSettings(5000, 4, 512, 4096, 1, 25, 8, 1, true, 32_769));
    }
}
