package org.isobar.raid;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.block.IoOp;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidSetState;
import org.isobar.common.job.Job;
import org.isobar.testkit.LostBuffers;
import org.junit.Rule;
import org.junit.Test;

/** A rebuild that was cut short goes on, from what is surely there. */
public class RebuildResumeTest {
    private static final int COLUMN = 1;

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    /** Whatever the target had done when the process died or the power went, the rest is done and all is right. */
    @Test
    public void goesOnFromWhereverItWasCutShort() {
        for (final boolean powerLoss : new boolean[] {false, true}) {
            boolean ended = false;
            int resumed = 0;
            for (int writes = 1; !ended; writes += 3) {
                final SetWorld world = new SetWorld(100 + writes, "5", 4);
                final BlockModel model = Workload.modelOf(world, powerLoss);
                final Workload load = filled(world, model, writes);
                final long whole = cut(world, writes);
                ended = whole == 0;
                if (!ended) {
                    restart(world, powerLoss, writes);
                    final boolean begins = world.journal().isFresh(COLUMN);
                    final Job job = world.job("rebuild");
                    final long again = goOn(world, job);
                    assertTrue("writes=" + writes, again <= whole);
                    resumed += !begins && again < whole ? 1 : 0;
                }
                check(world, load);
            }
            assertTrue("resumed=" + resumed, resumed > 3);
        }
    }

    @Test
    public void doesAgainWhatWasWrittenMeanwhile() {
        final SetWorld world = new SetWorld(7, "10", 4);
        final Workload load = filled(world, Workload.modelOf(world, false), 7);
        cut(world, 40);
        world.kill(new Random(1));
        assertFalse(world.journal().isFresh(COLUMN));
        world.device(COLUMN).lose();
        world.assemble();
        load.run(40);
        world.comeBack(COLUMN);
        goOn(world, world.job("rebuild"));
        check(world, load);
    }

    @Test
    public void notesWhatIsDoneWhenItIsCancelled() {
        final SetWorld world = new SetWorld(8, "5", 4);
        final Workload load = filled(world, Workload.modelOf(world, false), 8);
        world.lose(COLUMN);
        final Job first = world.job("rebuild");
        final CompletionStage<Void> rebuild = world.startRebuild(COLUMN, 0, 1, first);
        world.sim().runUntil(() -> first.info().doneUnits() * 2 > first.info().totalUnits() && done(first) > 0);
        first.requestCancel();
        world.sim().runUntil(() -> rebuild.toCompletableFuture().isDone());
        assertTrue(rebuild.toCompletableFuture().isCompletedExceptionally());
        final Job second = world.job("rebuild");
        final long again = goOn(world, second);
        assertTrue(again + " of " + done(first), again * 4 < first.info().totalUnits() * 3);
        check(world, load);
    }

    @Test
    public void beginsAgainWhereThePlaceHasChanged() {
        final SetWorld world = new SetWorld(9, "5", 4);
        final Workload load = filled(world, Workload.modelOf(world, false), 9);
        cut(world, 40);
        restart(world, false, 9);
        assertFalse(world.journal().isFresh(COLUMN));
        final Job job = world.job("rebuild");
        world.sim().await(world.startRebuild(COLUMN, 1, 2, job));
        assertEquals(SetWorld.CHUNKLET_BYTES, job.info().totalUnits());
        check(world, load);
    }

    /** The entry of a chunklet that the column lay on before, long ago, says nothing of what is there now. */
    @Test
    public void doesNotTrustAnOlderEntry() {
        final SetWorld world = new SetWorld(10, "5", 4);
        final Workload load = filled(world, Workload.modelOf(world, false), 10);
        world.lose(COLUMN);
        world.rebuild(COLUMN, 0, 1);
        load.run(40);
        world.rebuild(COLUMN, 1, 1);
        load.run(40);
        final CompletionStage<Void> back = world.startRebuild(COLUMN, 0, 1, world.job("rebuild"));
        assertFalse(back.toCompletableFuture().isDone());
        restart(world, false, 10);
        assertTrue(world.journal().isFresh(COLUMN));
        world.refresh(COLUMN);
        check(world, load);
    }

    @Test
    public void stillOwesWhatCouldNotBeFlushed() {
        final SetWorld world = new SetWorld(11, "5", 4);
        final Workload load = filled(world, Workload.modelOf(world, false), 11);
        world.lose(COLUMN);
        final Job job = world.job("rebuild");
        final CompletionStage<Void> rebuild = world.startRebuild(COLUMN, 0, 1, job);
        world.sim().runUntil(() -> done(job) > 0);
        world.device(COLUMN).failWhen(request -> request.op() == IoOp.FLUSH);
        world.sim().runUntil(() -> rebuild.toCompletableFuture().isDone());
        assertTrue(rebuild.toCompletableFuture().isCompletedExceptionally());
        world.device(COLUMN).failWhen(request -> false);
        world.comeBack(COLUMN);
        final long again = goOn(world, world.job("rebuild"));
        assertEquals(SetWorld.CHUNKLET_BYTES, again);
        check(world, load);
    }

    @Test
    public void endsWhenItCannotBeNotedThatItBegins() {
        final SetWorld world = new SetWorld(12, "5", 4);
        final Workload load = filled(world, Workload.modelOf(world, false), 12);
        world.lose(COLUMN);
        world.journal().fail(true);
        final CompletableFuture<Void> rebuild =
                world.startRebuild(COLUMN, 0, 1, world.job("rebuild")).toCompletableFuture();
        world.sim().runUntil(rebuild::isDone);
        assertTrue(rebuild.isCompletedExceptionally());
        assertEquals(RaidSetState.DEGRADED, world.set().info().state());
        world.journal().fail(false);
        world.refresh(COLUMN);
        check(world, load);
    }

    private static Workload filled(final SetWorld world, final BlockModel model, final long seed) {
        final Workload load = new Workload(world, model, new Random(seed));
        load.run(60);
        world.sim().runFor(11_000_000_000L);
        return load;
    }

    /** Rebuilds until the target was written to so often; answers what was to be done, or 0 when it was done before that. */
    private static long cut(final SetWorld world, final int writes) {
        world.lose(COLUMN);
        final Job job = world.job("rebuild");
        final CompletableFuture<Void> rebuild =
                world.startRebuild(COLUMN, 0, 1, job).toCompletableFuture();
        world.sim().runUntil(() -> rebuild.isDone() || world.device(COLUMN).writes() >= writes);
        return rebuild.isDone() ? 0 : SetWorld.CHUNKLET_BYTES;
    }

    private static void restart(final SetWorld world, final boolean powerLoss, final long seed) {
        if (powerLoss) {
            world.powerLoss(new Random(seed));
        } else {
            world.kill(new Random(seed));
        }
        world.assemble();
    }

    /** Does what a store does after a restart; answers how much there was to do. */
    private static long goOn(final SetWorld world, final Job job) {
        if (world.journal().state(COLUMN) == ColumnState.IN_SYNC) {
            return 0;
        }
        if (world.journal().isFresh(COLUMN)) {
            world.refresh(COLUMN);
            return SetWorld.CHUNKLET_BYTES;
        }
        world.await(() -> world.set().catchUp(COLUMN, job));
        return job.info().totalUnits();
    }

    private static long done(final Job job) {
        return job.info().doneUnits();
    }

    private static void check(final SetWorld world, final Workload load) {
        world.resync();
        assertEquals(RaidSetState.HEALTHY, world.set().info().state());
        load.verify(true);
        world.assertConsistent();
        world.assertAtRest();
    }
}
