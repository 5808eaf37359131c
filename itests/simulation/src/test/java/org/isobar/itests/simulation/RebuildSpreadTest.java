package org.isobar.itests.simulation;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.api.pool.PageSpace;
import org.isobar.common.job.JobInfo;
import org.isobar.common.job.JobState;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.SimDevice;
import org.isobar.testkit.Simulation;
import org.isobar.testkit.WrappedDevice;
import org.junit.Test;

/** A lost device is rebuilt from and to all others, and the more there are, the sooner. */
public class RebuildSpreadTest {
    private static final int CHUNKLETS = 64;
    private static final int PAGE_BYTES = 65_536;
    private static final int PAGES_PER_DEVICE = 32;
    private static final long SERVICE_NS = 1_000_000;

    @Test
    public void allDevicesTakePartAndTheTimeFallsWithTheirNumber() {
        final long ofFew = rebuildNs(6);
        final long ofMany = rebuildNs(12);
        assertTrue(ofMany + " of " + ofFew, ofMany * 6 < ofFew * 5);
    }

    /** Loses one device of so many, each as full as the others; answers how long it takes until all sets are whole. */
    private static long rebuildNs(final int devices) {
        final SimulatedMember member = new SimulatedMember(1, devices, CHUNKLETS, SimulatedMember.CHUNKLET_BYTES, 64);
        member.wrapDevices(device -> new OneAtATime(device, member.sim()));
        member.boot();
        final Simulation sim = member.sim();
        sim.await(member.pools().createLayout());
        final long pages = (long) devices * PAGES_PER_DEVICE;
        final PageSpace space = sim.await(member.pages().create(1, pages * PAGE_BYTES, PAGE_BYTES, "A"));
        for (long page = 0; page < pages; page++) {
            assertEquals(IoStatus.OK, Blocks.write(sim, space, page * PAGE_BYTES, new byte[512]));
        }
        sim.runFor(SimulatedMember.INTENT_RESTS_NS);
        final UUID lost = member.media().get(0).uuid();
        final List<long[]> before = counts(member);
        member.directory().lose(lost);
        sim.runFor(SimulatedMember.REBUILD_DELAY_MS * 1_000_000);
        final long begunNs = sim.clock().nanoTime();
        sim.runUntil(() -> member.healthy() && columnsOn(member, lost) == 0);
        final long tookNs = sim.clock().nanoTime() - begunNs;
        final List<long[]> after = counts(member);
        for (int device = 1; device < devices; device++) {
            final long reads = after.get(device)[0] - before.get(device)[0];
            final long writes = after.get(device)[1] - before.get(device)[1];
            assertTrue("device=" + device + " reads=" + reads + " writes=" + writes, reads > 32 && writes > 64);
        }
        for (final JobInfo job : member.jobs().all()) {
            assertEquals(job.toString(), JobState.DONE, job.state());
        }
        return tookNs;
    }

    private static long columnsOn(final SimulatedMember member, final UUID device) {
        return member.pools().sets().stream()
                .flatMap(set -> set.info().spec().columns().stream())
                .filter(column -> column.device().equals(device))
                .count();
    }

    private static List<long[]> counts(final SimulatedMember member) {
        final List<long[]> counts = new ArrayList<>();
        member.media().forEach(one -> {
            final SimDevice device = member.device(one.uuid());
            counts.add(new long[] {device.reads(), device.writes()});
        });
        return counts;
    }

    /** A device that works on one request after the other, each for the same time. */
    private static final class OneAtATime extends WrappedDevice {
        private final Simulation sim;
        private long freeNs;

        OneAtATime(final Device inner, final Simulation sim) {
            super(inner);
            this.sim = sim;
        }

        @Override
        public void submit(final IoRequest request) {
            final long now = sim.clock().nanoTime();
            freeNs = Math.max(freeNs, now) + SERVICE_NS;
            request.lane().schedule(() -> inner().submit(request), freeNs - now);
        }
    }
}
