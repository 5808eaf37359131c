package org.isobar.itests.simulation;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.isobar.api.block.IoStatus;
import org.isobar.api.pool.PageSpace;
import org.isobar.api.pool.PoolScrubs;
import org.isobar.api.pool.ScrubSchedule;
import org.isobar.api.pool.SetPlacement;
import org.isobar.api.pool.SetScrub;
import org.isobar.api.raid.RaidColumn;
import org.isobar.common.job.Job;
import org.isobar.common.job.JobInfo;
import org.isobar.common.job.JobState;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.LostBuffers;
import org.isobar.testkit.SimMedia;
import org.isobar.testkit.Simulation;
import org.junit.Rule;
import org.junit.Test;

/** Scrubs run when they are due, go on after whatever came in between, and tell what they found. */
public class ScrubsTest {
    private static final String POOL = "B";
    private static final int PAGE_BYTES = 65_536;
    private static final int PAGES = 20;
    private static final long DAY_NS = TimeUnit.DAYS.toNanos(1);

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    private final SimulatedMember member = new SimulatedMember(1, 6, 16, SimulatedMember.CHUNKLET_BYTES, 64);
    private final Simulation sim = member.sim();

    @Test
    public void scrubsEachSetOnceWhenItIsDue() {
        start();
        for (final PoolScrubs.OfSet of : scrubs().sets()) {
            assertTrue(of.nextWallMs() - sim.clock().wallMs() > TimeUnit.DAYS.toMillis(29));
        }
        sim.await(member.pools().scheduleScrubs(POOL, new ScrubSchedule(1, 0, 24)));
        sim.runFor(DAY_NS - TimeUnit.HOURS.toNanos(1));
        for (final PoolScrubs.OfSet of : scrubs().sets()) {
            assertNull(of.last());
            assertNull(of.present());
        }
        sim.runFor(TimeUnit.HOURS.toNanos(2));
        final List<PoolScrubs.OfSet> sets = scrubs().sets();
        assertTrue(sets.size() > 1);
        for (final PoolScrubs.OfSet of : sets) {
            assertNotNull(of.last());
            assertTrue(of.last().repair());
            assertFalse(of.last().foundSomething());
            assertEquals(sizeOf(of.set()), of.last().bytesChecked());
            assertEquals(of.last().endedWallMs() + TimeUnit.DAYS.toMillis(1), of.nextWallMs());
        }
        long endedMs = 0;
        final List<JobInfo> jobs = scrubJobs();
        assertEquals(sets.size(), jobs.size());
        for (int i = jobs.size() - 1; i >= 0; i--) {
            assertTrue(jobs.get(i).startedWallMs() >= endedMs);
            endedMs = jobs.get(i).endedWallMs();
        }
        assertTrue(scrubs().checkedBytes() > 0);
    }

    @Test
    public void keepsToTheHoursAllowedAndCanBeSwitchedOff() {
        start();
        final long hour = TimeUnit.HOURS.toMillis(1);
        sim.await(member.pools().scheduleScrubs(POOL, new ScrubSchedule(1, 3, 4)));
        sim.runFor(2 * DAY_NS);
        for (final PoolScrubs.OfSet of : scrubs().sets()) {
            assertEquals(3, of.last().beganWallMs() / hour % 24);
        }
        sim.await(member.pools().scheduleScrubs(POOL, new ScrubSchedule(0, 0, 24)));
        final List<PoolScrubs.OfSet> before = scrubs().sets();
        sim.runFor(2 * DAY_NS);
        assertEquals(before, scrubs().sets());
        assertEquals(0, before.get(0).nextWallMs());
        restart(false);
        assertEquals(0, scrubs().schedule().intervalDays());
    }

    @Test
    public void mendsAndTellsAfterARestartToo() {
        start();
        final SetPlacement set = firstSet();
        corrupt(set, 1, 0);
        corrupt(set, 2, 8192);
        scrubByHand();
        final SetScrub found = of(set).last();
        assertEquals(2, found.blocksMended());
        assertEquals(2, found.stripesInconsistent());
        assertEquals(2, found.stripesRepaired());
        assertEquals(0, found.blocksLost());
        assertEquals(2, scrubs().mendedBlocks());
        restart(true);
        assertEquals(found, of(firstSet()).last());
        scrubByHand();
        assertFalse(of(firstSet()).last().foundSomething());
    }

    @Test
    public void namesTheBlocksOfVolumesThatAreLost() {
        final PageSpace space = start();
        final SetPlacement set = firstSet();
        for (int column = 0; column < 3; column++) {
            corrupt(set, column, 0);
        }
        scrubByHand();
        final SetScrub found = of(set).last();
        assertTrue(found.toString(), found.blocksLost() >= 2);
        assertEquals(found.blocksLost(), found.lost().size());
        for (final SetScrub.LostPlace place : found.lost()) {
            assertEquals(1, place.volume());
            assertEquals(IoStatus.IO_ERROR, Blocks.readStatus(sim, space, place.lba() * 512, 4096));
        }
        assertEquals(found.blocksLost(), scrubs().lostBlocks());
    }

    @Test
    public void goesOnWhereARestartCutItShort() {
        for (final boolean powerLoss : new boolean[] {false, true}) {
            final ScrubsTest one = new ScrubsTest();
            one.start();
            one.corrupt(one.firstSet(), 1, 0);
            final JobInfo pool = one.sim.await(one.member.pools().scrub(POOL, true));
            final long set = one.firstSet().info().spec().id();
            one.sim.runUntil(() -> {
                final PoolScrubs.OfSet of = one.of(one.firstSet());
                return of.present() != null && of.presentPercent() > 0;
            });
            assertEquals(JobState.RUNNING, one.job(pool).info().state());
            one.restart(powerLoss);
            one.sim.runUntil(() -> one.of(one.firstSet()).last() != null);
            final JobInfo again = one.scrubJobs().stream()
                    .filter(job -> job.subject().startsWith("set=" + set + " "))
                    .findFirst()
                    .orElseThrow();
            assertTrue(again.toString(), again.totalUnits() < one.sizeOf(set));
            assertEquals(1, one.of(one.firstSet()).last().blocksMended());
            assertNull(one.of(one.firstSet()).present());
        }
    }

    @Test
    public void pausesAndGoesOn() {
        start();
        sim.await(member.pools().scheduleScrubs(POOL, new ScrubSchedule(1, 0, 24)));
        sim.runFor(DAY_NS - TimeUnit.MINUTES.toNanos(30));
        sim.runUntil(() -> scrubs().sets().stream().anyMatch(of -> of.presentPercent() > 0));
        sim.await(member.pools().scheduleScrubs(POOL, new ScrubSchedule(0, 0, 24)));
        sim.runFor(TimeUnit.HOURS.toNanos(1));
        final JobInfo paused = scrubJobs().get(0);
        assertEquals(JobState.CANCELLED, paused.state());
        assertTrue(paused.message().contains("goes on later"));
        assertTrue(scrubs().sets().stream().anyMatch(of -> of.present() != null));
        sim.await(member.pools().scheduleScrubs(POOL, new ScrubSchedule(1, 0, 24)));
        sim.runUntil(() -> scrubs().sets().stream().allMatch(of -> of.last() != null));
        final JobInfo again = scrubJobs().stream()
                .filter(job -> job.subject().equals(paused.subject()) && job.state() == JobState.DONE)
                .findFirst()
                .orElseThrow();
        assertTrue(again.totalUnits() < paused.totalUnits());
    }

    @Test
    public void leavesASetAloneThatSomeoneDidNotWantScrubbed() {
        start();
        sim.await(member.pools().scheduleScrubs(POOL, new ScrubSchedule(1, 0, 24)));
        sim.runFor(DAY_NS - TimeUnit.MINUTES.toNanos(30));
        sim.runUntil(() -> scrubJobs().stream().anyMatch(job -> job.state() == JobState.RUNNING));
        final JobInfo unwanted = scrubJobs().get(0);
        job(unwanted).requestCancel();
        sim.runFor(DAY_NS / 2);
        assertEquals(JobState.CANCELLED, job(unwanted).info().state());
        final long sets =
                scrubs().sets().stream().filter(of -> of.last() == null).count();
        assertEquals(1, sets);
        sim.runFor(DAY_NS);
        assertTrue(scrubs().sets().stream().allMatch(of -> of.last() != null));
    }

    private PageSpace start() {
        member.boot();
        sim.await(member.pools().createLayout());
        final PageSpace space = sim.await(member.pages().create(1, (long) PAGES * PAGE_BYTES, PAGE_BYTES, POOL));
        for (long page = 0; page < PAGES; page++) {
            assertEquals(IoStatus.OK, Blocks.write(sim, space, page * PAGE_BYTES, new byte[PAGE_BYTES / 2]));
        }
        sim.runFor(SimulatedMember.INTENT_RESTS_NS);
        return space;
    }

    private void restart(final boolean powerLoss) {
        if (powerLoss) {
            member.losePower();
        } else {
            member.kill();
        }
        member.boot();
    }

    private void scrubByHand() {
        final JobInfo started = sim.await(member.pools().scrub(POOL, true));
        sim.runUntil(() -> job(started).info().state() != JobState.RUNNING);
    }

    private Job job(final JobInfo info) {
        return member.jobs().find(info.id()).orElseThrow();
    }

    private List<JobInfo> scrubJobs() {
        return member.jobs().all().stream()
                .filter(job -> job.kind().equals("scrub") && job.subject().startsWith("set="))
                .toList();
    }

    private PoolScrubs scrubs() {
        return member.pools().scrubs(POOL);
    }

    private SetPlacement firstSet() {
        return member.pools().sets().stream()
                .filter(set -> set.pool().equals(POOL))
                .findFirst()
                .orElseThrow();
    }

    private PoolScrubs.OfSet of(final SetPlacement set) {
        return scrubs().sets().stream()
                .filter(one -> one.set() == set.info().spec().id())
                .findFirst()
                .orElseThrow();
    }

    private long sizeOf(final long set) {
        final SetPlacement placement = member.pools().sets().stream()
                .filter(one -> one.info().spec().id() == set)
                .findFirst()
                .orElseThrow();
        return (placement.info().spec().columns().size() - 1) * (long) SimulatedMember.CHUNKLET_BYTES;
    }

    /** Flips bits of a block of a column's chunklet. */
    private void corrupt(final SetPlacement set, final int column, final long inChunklet) {
        final RaidColumn placed = set.info().spec().columns().get(column);
        final SimMedia medium = member.media().stream()
                .filter(one -> one.uuid().equals(placed.device()))
                .findFirst()
                .orElseThrow();
        final long at = medium.layout().chunkletOffset(placed.chunklet()) + inChunklet + 77;
        final byte[] bytes = medium.peek(at, 1);
        bytes[0] ^= 8;
        medium.poke(at, bytes);
    }
}
