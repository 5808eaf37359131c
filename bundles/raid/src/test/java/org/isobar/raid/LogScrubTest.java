package org.isobar.raid;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.block.IoStatus;
import org.isobar.api.raid.ScrubReport;
import org.isobar.common.job.JobState;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.LostBuffers;
import org.isobar.testkit.SimMedia;
import org.isobar.testkit.Simulation;
import org.junit.Rule;
import org.junit.Test;

/** What a scrub does about the write log of a set. */
public class LogScrubTest {
    private static final int COLUMNS = 4;
    private static final int STRIP = SetWorld.STRIP_BYTES;
    private static final int BLOCK = LogLayout.BLOCK_BYTES;
    private static final long LOG_BYTES = (2 + 64 * 8) * BLOCK;
    private static final int BLOCKS = 12;

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    private final SetWorld world = world();
    private final LogLayout layout = new LogLayout(COLUMNS - 1, STRIP, SetWorld.CHUNKLET_BYTES + LOG_BYTES, LOG_BYTES);

    private static SetWorld world() {
        return new SetWorld(new Simulation(7), "5", COLUMNS, STRIP, LOG_BYTES, true);
    }

    private ScrubReport scrub(final boolean repair) {
        return world.await(() -> world.set().scrub(repair, world.job("scrub")));
    }

    /** A block of each of some stripes, which the log keeps. */
    private byte[] writeSome(final int seed) {
        final byte[] bytes = new byte[BLOCKS * BLOCK];
        new Random(seed).nextBytes(bytes);
        for (int i = 0; i < BLOCKS; i++) {
            final byte[] block = new byte[BLOCK];
            System.arraycopy(bytes, i * BLOCK, block, 0, BLOCK);
            assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), at(i), block));
        }
        return bytes;
    }

    private static long at(final int block) {
        return (long) block * (COLUMNS - 1) * STRIP;
    }

    private void assertThere(final byte[] bytes) {
        for (int i = 0; i < BLOCKS; i++) {
            final byte[] block = new byte[BLOCK];
            System.arraycopy(bytes, i * BLOCK, block, 0, BLOCK);
            assertArrayEquals("block " + i, block, Blocks.read(world.sim(), world.set(), at(i), BLOCK));
        }
    }

    private long onDevice(final int column, final long inChunklet) {
        return world.media(column).layout().chunkletOffset(world.chunklet(column)) + inChunklet;
    }

    private void rot(final int column, final long inChunklet, final int bytes) {
        final byte[] noise = new byte[bytes];
        new Random(column).nextBytes(noise);
        world.media(column).poke(onDevice(column, inChunklet), noise);
    }

    /** Seed 20462 of the simulator: a flush took half a minute, and then the scrub never ended. */
    @Test
    public void endsHoweverLongItWaitedForACheckpoint() {
        final GroupCheckpoints checkpoints =
                ((AssembledSet) world.set()).log().group(0).checkpoints();
        final CompletableFuture<Void> first = new CompletableFuture<>();
        final CompletableFuture<Void> second = new CompletableFuture<>();
        world.sim().onLane(0, () -> {
            Stages.whenEnded(checkpoints.between(() -> first), (done, failure) -> {});
            Stages.whenEnded(
                    checkpoints.between(() -> CompletableFuture.completedFuture(null)),
                    (done, failure) -> second.complete(null));
        });
        world.sim().runFor(600_000_000_000L);
        assertFalse("begun beside the first", second.isDone());
        world.sim().onLane(0, () -> first.complete(null));
        world.sim().await(second);
    }

    @Test
    public void findsNothingInALogThatIsRight() {
        final byte[] bytes = writeSome(1);
        assertEquals(SetWorld.report(world.stripes(), 0, 0, 0, 0, 0), scrub(true));
        assertEquals(SetWorld.report(world.stripes(), 0, 0, 0, 0, 0), scrub(false));
        assertThere(bytes);
    }

    @Test
    public void bringsWhatIsKeptToItsPlaceWhenItRepairs() {
        final byte[] bytes = writeSome(2);
        assertEquals(BLOCKS, world.set().info().log().keptBlocks());
        scrub(false);
        assertEquals(BLOCKS, world.set().info().log().keptBlocks());
        final int used = world.set().info().log().usedSlots();
        assertNotEquals(0, used);
        // One of the two copies of all slots has gone wrong: from now on the other must not go.
        for (int column = 0; column < COLUMNS; column++) {
            if (hasSlots(column)) {
                rot(column, layout.slotOffset(0), layout.slots() * layout.slotBytes());
                break;
            }
        }
        assertEquals(SetWorld.report(world.stripes(), 0, 0, 0, 0, 0), scrub(true));
        assertEquals(0, world.set().info().log().keptBlocks());
        assertEquals(0, world.set().info().log().usedSlots());
        for (int column = 0; column < COLUMNS; column++) {
            rot(column, layout.slotOffset(0), layout.slots() * layout.slotBytes());
        }
        world.kill(new Random(1));
        world.assemble();
        assertThere(bytes);
        world.stop();
        InspectedLog.of(world).assertClean();
    }

    private boolean hasSlots(final int column) {
        final SimMedia media = world.media(column);
        for (int slot = 0; slot < layout.slots(); slot++) {
            if (media.peek(onDevice(column, layout.slotOffset(slot)), 1)[0] != 0) {
                return true;
            }
        }
        return false;
    }

    @Test
    public void mendsCheckpointsThatHaveGoneWrong() {
        final byte[] bytes = writeSome(3);
        scrub(true);
        writeSome(4);
        scrub(true);
        rot(1, layout.checkpointOffset(0) + 100, 3);
        rot(1, layout.checkpointOffset(1) + 100, 3);
        rot(2, layout.checkpointOffset(1) + 4000, 3);
        final byte[] newer = writeSome(5);
        assertEquals(SetWorld.report(world.stripes(), 0, 0, 0, 3, 0), scrub(false));
        final ScrubReport report = scrub(true);
        // What is in the log is brought to its place first, which writes one of the two checkpoints of each column
        // anew.
        assertTrue(report.toString(), report.checksumErrors() == 1 || report.checksumErrors() == 2);
        assertEquals(report.checksumErrors(), report.blocksMended());
        assertEquals(SetWorld.report(world.stripes(), 0, 0, 0, 0, 0), scrub(true));
        assertThere(newer);
        assertNotEquals(bytes[0], newer[0]);
        world.stop();
        InspectedLog.of(world).assertClean();
    }

    @Test
    public void mendsTheCheckpointsOfALogThatSleeps() {
        final byte[] bytes = writeSome(6);
        scrub(true);
        world.sim().runFor(20_000_000_000L);
        world.stop();
        world.assemble();
        rot(3, layout.checkpointOffset(0), 2 * BLOCK);
        assertEquals(SetWorld.report(world.stripes(), 0, 0, 0, 1, 0), scrub(false));
        assertEquals(SetWorld.report(world.stripes(), 0, 0, 0, 1, 1), scrub(true));
        assertEquals(SetWorld.report(world.stripes(), 0, 0, 0, 0, 0), scrub(true));
        assertThere(bytes);
        writeSome(7);
        world.kill(new Random(2));
        world.assemble();
        InspectedLog.of(world).assertUndamaged();
        world.stop();
        InspectedLog.of(world).assertClean();
    }

    @Test
    public void writesAnewWhatCannotBeRead() {
        writeSome(8);
        scrub(true);
        world.device(0).failReads(onDevice(0, layout.checkpointOffset(0)), BLOCK);
        world.device(0).failReads(onDevice(0, layout.checkpointOffset(1)), BLOCK);
        final ScrubReport report = scrub(true);
        assertEquals(1, report.readErrors());
        assertEquals(1, report.blocksMended());
        assertEquals(SetWorld.report(world.stripes(), 0, 0, 0, 0, 0), scrub(true));
    }

    @Test
    public void leavesTheLogAloneWhileAColumnIsGone() {
        final byte[] bytes = writeSome(9);
        world.lose(2);
        scrub(true);
        assertEquals(BLOCKS, world.set().info().log().keptBlocks());
        assertThere(bytes);
    }

    @Test
    public void goesOnUnderWritesAndEndsBeforeTheSetIsClosed() {
        final Workload load = new Workload(world, Workload.modelOf(world, false), new Random(3));
        load.run(50);
        for (int round = 0; round < 10; round++) {
            rot(round % COLUMNS, layout.checkpointOffset(round / COLUMNS) + 50, 3);
            load.start(80);
            final var job = world.job("scrub");
            world.await(() -> world.set().scrub(true, job));
            assertEquals(JobState.DONE, job.info().state());
            load.finish();
        }
        final CompletionStage<ScrubReport> last = world.start(() -> world.set().scrub(true, world.job("scrub")));
        world.sim().runFor(5_000_000);
        world.stop();
        assertTrue(last.toCompletableFuture().isDone());
        InspectedLog.of(world).assertClean();
    }
}
