package org.isobar.raid;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.SumBlock;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidSetState;
import org.isobar.api.raid.ScrubReport;
import org.isobar.common.job.Job;
import org.isobar.common.job.JobState;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.SimMedia;
import org.junit.Test;

/** Jobs that go through all stripes: scrub, and rebuild with its progress and cancellation. */
public class RaidSetScrubTest {
    private static final int STRIP = SetWorld.STRIP_BYTES;
    private static final int POWER_LOSSES = 6;
    /** After so long without writes no region is marked. */
    private static final long INTENT_RESTS_NS = 20_000_000_000L;

    @Test
    public void findsNothingInAConsistentSetWhileWritesGoOn() {
        for (final String level : new String[] {"10", "5", "50"}) {
            final SetWorld world = new SetWorld(2, level, 6);
            final Workload load = new Workload(world, Workload.modelOf(world, false), new Random(2));
            load.run(50);
            load.start(150);
            final Job job = world.job("scrub");
            final ScrubReport report = world.await(() -> world.set().scrub(true, job));
            load.finish();
            assertEquals(SetWorld.report(world.stripes(), 0, 0, 0, 0, 0), report);
            assertEquals(JobState.DONE, job.info().state());
            assertEquals(world.set().sizeBytes(), job.info().doneUnits());
            assertEquals(job.info().totalUnits(), job.info().doneUnits());
        }
    }

    @Test
    public void countsAndRepairsWrongRedundancy() {
        for (final String level : new String[] {"10", "5", "50"}) {
            final SetWorld world = new SetWorld(3, level, 6);
            final byte[] bytes = new byte[(int) world.set().sizeBytes()];
            new Random(1).nextBytes(bytes);
            Blocks.write(world.sim(), world.set(), 0, bytes);
            final int redundancy = world.set().geometry().dataStripsPerGroup();
            for (int stripe = 1; stripe < 4; stripe++) {
                final int column = world.set().geometry().column(stripe, 0, redundancy);
                world.media(column).poke(world.deviceOffset(stripe, 0, redundancy) + 512L * stripe, new byte[512]);
            }
            assertEquals(SetWorld.report(world.stripes(), 3, 0, 0, 3, 0), world.await(() -> world.set()
                    .scrub(false, world.job("scrub"))));
            assertEquals(SetWorld.report(world.stripes(), 3, 3, 0, 3, 3), world.await(() -> world.set()
                    .scrub(true, world.job("scrub"))));
            world.assertConsistent();
            assertArrayEquals(bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
        }
    }

    @Test
    public void rewritesAStripThatCannotBeRead() {
        final SetWorld world = new SetWorld(3, "5", 4);
        final byte[] bytes = new byte[(int) world.set().sizeBytes()];
        new Random(1).nextBytes(bytes);
        Blocks.write(world.sim(), world.set(), 0, bytes);
        final int column = world.set().geometry().column(2, 0, 1);
        world.device(column).failReads(world.deviceOffset(2, 0, 1), STRIP);
        assertEquals(SetWorld.report(world.stripes(), 1, 1, 1, 0, 1), world.await(() -> world.set()
                .scrub(true, world.job("scrub"))));
        assertEquals(SetWorld.report(world.stripes(), 0, 0, 0, 0, 0), world.await(() -> world.set()
                .scrub(true, world.job("scrub"))));
        assertArrayEquals(bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
    }

    @Test
    public void whatItMendedIsNotWrongAgainAfterALossOfPower() {
        for (final String level : new String[] {"10", "5", "50"}) {
            for (int seed = 0; seed < POWER_LOSSES; seed++) {
                final SetWorld world = new SetWorld(seed, level, 6);
                final byte[] bytes = new byte[(int) world.set().sizeBytes()];
                new Random(seed).nextBytes(bytes);
                assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, bytes));
                // Nothing is marked any more, so nothing is looked at or flushed because of that write.
                world.sim().runFor(INTENT_RESTS_NS);
                final int elements = world.set().geometry().dataStripsPerGroup() + 1;
                for (int element = 0; element < elements; element++) {
                    world.corrupt(2 + element, 0, element, 77);
                }
                assertEquals(
                        SetWorld.report(world.stripes(), elements, elements, 0, elements, elements),
                        world.await(() -> world.set().scrub(true, world.job("scrub"))));
                world.powerLoss(new Random(seed));
                world.assemble();
                assertEquals(level, 0, world.set().info().dirtyRegions());
                assertEquals(level, SetWorld.report(world.stripes(), 0, 0, 0, 0, 0), world.await(() -> world.set()
                        .scrub(false, world.job("scrub"))));
                assertArrayEquals(level, bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
            }
        }
    }

    @Test
    public void makesChecksumsAnewWhereSeveralElementsHaveLostTheirs() {
        for (final String level : new String[] {"10", "5", "50"}) {
            final SetWorld world = new SetWorld(7, level, 6);
            final byte[] bytes = new byte[(int) world.set().sizeBytes()];
            new Random(1).nextBytes(bytes);
            assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, bytes));
            world.stop();
            for (int column = 0; column < world.columns(); column++) {
                final SimMedia medium = world.media(column);
                medium.pokeZeros(medium.layout().chunkletSumsOffset(world.chunklet(column)), SumBlock.BYTES);
            }
            final int redundancy = world.set().geometry().dataStripsPerGroup();
            world.corrupt(2, 0, redundancy, 77);
            world.assemble();
            // Nobody knows which element is wrong, so the data counts.
            assertEquals(SetWorld.report(world.stripes(), 0, 0, 0, 0, 0), world.await(() -> world.set()
                    .scrub(false, world.job("scrub"))));
            world.assertConsistent();
            for (int element = 0; element <= redundancy; element++) {
                world.corrupt(3 + element, 0, element, 77);
            }
            assertEquals(
                    SetWorld.report(world.stripes(), redundancy + 1, redundancy + 1, 0, redundancy + 1, redundancy + 1),
                    world.await(() -> world.set().scrub(true, world.job("scrub"))));
            world.assertConsistent();
            assertArrayEquals(level, bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
        }
    }

    @Test
    public void namesBlocksThatNobodyHas() {
        final SetWorld world = new SetWorld(5, "5", 4);
        final byte[] bytes = new byte[(int) world.set().sizeBytes()];
        new Random(1).nextBytes(bytes);
        Blocks.write(world.sim(), world.set(), 0, bytes);
        final long stripeBytes = world.set().geometry().stripeDataBytes();
        for (int stripe = 2; stripe < 22; stripe++) {
            world.corrupt(stripe, 0, 1, 100);
            world.corrupt(stripe, 0, 3, 100);
        }
        final ScrubReport report = world.await(() -> world.set().scrub(true, world.job("scrub")));
        assertEquals(20, report.blocksLost());
        assertEquals(20, report.stripesInconsistent());
        assertEquals(0, report.stripesRepaired());
        assertTrue(report.foundSomething());
        assertEquals(ScrubReport.LOST_OFFSETS_MAX, report.lostOffsets().size());
        for (final long offset : report.lostOffsets()) {
            assertEquals(STRIP, offset % stripeBytes);
            assertEquals(IoStatus.IO_ERROR, Blocks.readStatus(world.sim(), world.set(), offset, 512));
        }
    }

    @Test
    public void goesThroughSomeRegionsOnlyAndTellsWhichAreDone() {
        final SetWorld world = new SetWorld(6, "10", 4);
        final long[] last = new long[1];
        final Job job = world.job("scrub");
        final ScrubReport report = world.await(() -> world.set()
                .scrub(
                        true,
                        0xF0,
                        (done, soFar) -> {
                            assertEquals(last[0], last[0] & done);
                            assertTrue(soFar.stripesChecked() >= Long.bitCount(done));
                            last[0] = done;
                        },
                        job));
        assertEquals(0xF0, last[0]);
        final long stripeBytes = world.set().geometry().stripeDataBytes();
        assertEquals(job.info().totalUnits(), report.stripesChecked() * stripeBytes);
        assertTrue(report.stripesChecked() < world.stripes() / 8);
    }

    @Test
    public void comparesNothingThatIsDegraded() {
        final SetWorld world = new SetWorld(3, "5", 4);
        world.lose(1);
        assertEquals(
                SetWorld.report(0, 0, 0, 0, 0, 0), world.await(() -> world.set().scrub(true, world.job("scrub"))));
    }

    @Test
    public void showsProgressAndStopsARebuildOnRequest() {
        final SetWorld world = new SetWorld(4, "5", 4);
        final byte[] bytes = new byte[(int) world.set().sizeBytes()];
        new Random(1).nextBytes(bytes);
        Blocks.write(world.sim(), world.set(), 0, bytes);
        world.lose(1);
        final Job job = world.job("rebuild");
        final CompletionStage<Void> rebuild = world.startRebuild(1, 0, 2, job);
        world.sim().runUntil(() -> job.info().doneUnits() > 0);
        assertEquals(RaidSetState.REBUILDING, world.set().info().state());
        assertEquals(SetWorld.CHUNKLET_BYTES, job.info().totalUnits());
        job.requestCancel();
        assertThrows(StorageException.class, () -> world.sim().await(rebuild));
        assertEquals(JobState.CANCELLED, job.info().state());
        assertEquals(RaidSetState.DEGRADED, world.set().info().state());
        assertEquals(ColumnState.STALE, world.journal().state(1));
        assertArrayEquals(bytes, Blocks.read(world.sim(), world.set(), 0, bytes.length));
        final Job again = world.job("catch-up");
        world.await(() -> world.set().catchUp(1, again));
        assertEquals(SetWorld.CHUNKLET_BYTES, again.info().doneUnits());
        assertEquals(RaidSetState.HEALTHY, world.set().info().state());
        world.assertConsistent();
    }

    @Test
    public void refusesASecondCatchUpOfTheSameColumn() {
        final SetWorld world = new SetWorld(4, "5", 4);
        Blocks.write(world.sim(), world.set(), 0, new byte[12 * STRIP]);
        world.lose(1);
        final CompletionStage<Void> first = world.startRebuild(1, 0, 2, world.job("rebuild"));
        final StorageException refused = assertThrows(StorageException.class, () -> world.catchUp(1));
        assertEquals(StorageException.Code.CONFLICT, refused.code());
        world.sim().await(first);
        world.assertAtRest();
    }

    @Test
    public void closesInTheMiddleOfARebuild() {
        final SetWorld world = new SetWorld(4, "5", 4);
        Blocks.write(world.sim(), world.set(), 0, new byte[12 * STRIP]);
        world.lose(1);
        final Job job = world.job("rebuild");
        final CompletionStage<Void> rebuild = world.startRebuild(1, 0, 2, job);
        world.sim().runUntil(() -> job.info().doneUnits() > 0);
        world.await(() -> world.set().close());
        assertThrows(StorageException.class, () -> world.sim().await(rebuild));
        assertEquals(RaidSetState.OFFLINE, world.set().info().state());
        world.assertAtRest();
    }
}
