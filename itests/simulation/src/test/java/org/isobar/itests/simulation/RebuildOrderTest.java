package org.isobar.itests.simulation;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.isobar.api.block.IoStatus;
import org.isobar.api.pool.PageSpace;
import org.isobar.api.pool.SetPlacement;
import org.isobar.api.raid.RaidColumn;
import org.isobar.common.job.JobInfo;
import org.isobar.common.job.JobState;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.LostBuffers;
import org.isobar.testkit.Simulation;
import org.junit.Rule;
import org.junit.Test;

/** Of several sets the one in most danger is rebuilt first, and another one that is at work gives way to it. */
public class RebuildOrderTest {
    private static final int DEVICES = 16;
    private static final int CHUNKLETS = 32;
    private static final int PAGE_BYTES = 65_536;
    private static final int PAGES = 160;

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    private final SimulatedMember member =
            new SimulatedMember(3, DEVICES, CHUNKLETS, SimulatedMember.CHUNKLET_BYTES, 64);
    private final Simulation sim = member.sim();

    @Test
    public void aSetThatLostTwoColumnsOvertakesOneThatLostOne() {
        member.rebuildParallel(1);
        member.boot();
        sim.await(member.pools().createLayout());
        final PageSpace space = sim.await(member.pages().create(1, (long) PAGES * PAGE_BYTES, PAGE_BYTES, "A"));
        for (long page = 0; page < PAGES; page++) {
            assertEquals(IoStatus.OK, Blocks.write(sim, space, page * PAGE_BYTES, pattern(page)));
        }
        sim.runFor(SimulatedMember.INTENT_RESTS_NS);
        final UUID[] pair = pair();
        member.directory().lose(pair[0]);
        sim.runFor(SimulatedMember.REBUILD_DELAY_MS * 1_000_000);
        sim.runUntil(() -> rebuilds().stream()
                .anyMatch(job -> job.state() == JobState.RUNNING
                        && job.doneUnits() > 0
                        && !devices(set(job)).contains(pair[1])));
        final JobInfo first = rebuilds().get(0);
        member.directory().lose(pair[1]);
        sim.runUntil(() -> member.jobs().find(first.id()).orElseThrow().info().state() != JobState.RUNNING);
        final JobInfo overtaken = member.jobs().find(first.id()).orElseThrow().info();
        assertEquals(JobState.CANCELLED, overtaken.state());
        assertTrue(overtaken.message(), overtaken.message().contains("gives way"));
        sim.runUntil(() -> rebuilds().get(0).id() != first.id());
        assertTrue(devices(set(rebuilds().get(0))).contains(pair[1]));
        sim.runUntil(() -> member.healthy()
                && member.pools().sets().stream().noneMatch(set -> devices(set).contains(pair[1])));
        final List<JobInfo> ofFirst = rebuilds().stream()
                .filter(job ->
                        set(job).info().spec().id() == set(first).info().spec().id())
                .toList();
        assertEquals(2, ofFirst.size());
        assertEquals(JobState.DONE, ofFirst.get(0).state());
        for (long page = 0; page < PAGES; page++) {
            assertEquals((byte) page, Blocks.read(sim, space, page * PAGE_BYTES, 512)[9]);
        }
    }

    private static byte[] pattern(final long page) {
        final byte[] bytes = new byte[512];
        bytes[9] = (byte) page;
        return bytes;
    }

    /** Two devices that share no group, but some sets, while others have only the first. */
    private UUID[] pair() {
        final List<UUID> all = new ArrayList<>();
        member.media().forEach(one -> all.add(one.uuid()));
        for (final UUID one : all) {
            for (final UUID other : all) {
                int both = 0;
                int alone = 0;
                boolean apart = !one.equals(other);
                for (final SetPlacement set : member.pools().sets()) {
                    final List<UUID> devices = devices(set);
                    final int at = devices.indexOf(one);
                    final int there = devices.indexOf(other);
                    apart &= at < 0 || there < 0 || at / 2 != there / 2;
                    both += at >= 0 && there >= 0 ? 1 : 0;
                    alone += at >= 0 && there < 0 ? 1 : 0;
                }
                if (apart && both > 0 && alone > 1) {
                    return new UUID[] {one, other};
                }
            }
        }
        throw new AssertionError("no such devices");
    }

    private List<JobInfo> rebuilds() {
        return member.jobs().all().stream()
                .filter(job -> job.kind().equals("rebuild"))
                .toList();
    }

    private SetPlacement set(final JobInfo job) {
        final String id = job.subject().replaceAll("set=(\\d+) .*", "$1");
        return member.pools().sets().stream()
                .filter(set -> set.info().spec().id() == Long.parseLong(id))
                .findFirst()
                .orElseThrow();
    }

    private static List<UUID> devices(final SetPlacement set) {
        return set.info().spec().columns().stream().map(RaidColumn::device).toList();
    }
}
