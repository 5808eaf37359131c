package org.isobar.itests.simulation;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceLayout;
import org.isobar.api.pool.PageSpace;
import org.isobar.api.pool.SetPlacement;
import org.isobar.api.raid.RaidLogInfo;
import org.isobar.api.raid.RaidSetInfo;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.LostBuffers;
import org.isobar.testkit.Simulation;
import org.isobar.testkit.WrappedDevice;
import org.junit.Rule;
import org.junit.Test;

/**
 * What a start after an unclean stop reads: metadata and write intent until the member serves, and the write logs of sets that were
 * being written; then the regions that were marked; nothing else, however much the pools hold.
 */
public class UncleanStartTest {
    private static final int CHUNKLET_BYTES = 1 << 20;
    private static final int DEVICES = 6;
    private static final int CHUNKLETS = 64;
    private static final int PAGE_BYTES = 65_536;
    private static final int BLOCK_BYTES = 4096;
    private static final String[] POOLS = {"A", "B", "C"};
    private static final String LOGGED = "B";
    /** Pages written to just before the member dies. */
    private static final int[] LAST_WRITTEN = {0, 7, 20};

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    @Test
    public void readsNoDataUntilItServesAndThenOnlyWhatWasMarked() {
        for (final String pool : POOLS) {
            final Started small = crashAndStart(pool, false, 40);
            final Started large = crashAndStart(pool, false, 320);
            assertTrue("sets " + small.sets + " and " + large.sets, large.sets > 3 * small.sets);
            for (final Started one : new Started[] {small, large}) {
                assertTrue("marked=" + one.marked, one.marked >= 1 && one.marked <= LAST_WRITTEN.length);
                assertEquals("data read before it served", 0, one.dataBytesBefore);
                assertTrue(one.toString(), one.dataBytesAfter > 0 && one.dataBytesAfter <= one.bound());
                assertTrue("intent blocks read: " + one.intentReads, one.intentReads <= DEVICES);
            }
            assertEquals("more data, no more reads of it", small.dataBytesAfter, large.dataBytesAfter);
        }
    }

    @Test
    public void readsTheWriteLogsOfSetsThatWereBeingWrittenAlone() {
        final Started small = crashAndStart(LOGGED, true, 40);
        final Started large = crashAndStart(LOGGED, true, 320);
        assertTrue("sets " + small.sets + " and " + large.sets, large.sets > 3 * small.sets);
        for (final Started one : new Started[] {small, large}) {
            assertEquals("all that was written last is in one set", 1, one.setsMarked);
            assertTrue(one.toString(), one.dataBytesBefore > 0 && one.dataBytesBefore <= one.logBytes);
        }
        assertEquals("more data, no more reads of logs", small.dataBytesBefore, large.dataBytesBefore);
    }

    /** Fills so many pages, lets all marks go, writes to a few places, is killed and starts. */
    private static Started crashAndStart(final String pool, final boolean logged, final int pages) {
        final SimulatedMember member = new SimulatedMember(3, DEVICES, CHUNKLETS, CHUNKLET_BYTES, 64);
        final Reads reads = new Reads();
        member.wrapDevices(device -> new CountedReads(device, reads));
        member.boot();
        final Simulation sim = member.sim();
        sim.await(member.pools().createLayout());
        if (!logged) {
            sim.await(member.pools().setWriteLog(pool, false));
        }
        final PageSpace space = sim.await(member.pages().create(1, (long) pages * PAGE_BYTES, PAGE_BYTES, pool));
        for (int page = 0; page < pages; page++) {
            write(sim, space, page);
        }
        sim.runFor(SimulatedMember.INTENT_RESTS_NS);
        for (final int page : LAST_WRITTEN) {
            write(sim, space, page);
        }
        final Started started = new Started();
        for (final SetPlacement set : member.pools().sets()) {
            started.sets++;
            started.marked += set.info().dirtyRegions();
            started.setsMarked += set.info().dirtyRegions() > 0 ? 1 : 0;
            if (set.info().log() != null) {
                started.logBytes = Math.max(started.logBytes, bytesRead(set.info()));
            }
        }
        member.kill();
        reads.reset();
        member.boot();
        started.dataBytesBefore = reads.dataBytes;
        started.intentReads = reads.intentBlocks.size();
        sim.runUntil(
                () -> member.pools().sets().stream().allMatch(set -> set.info().dirtyRegions() == 0));
        started.dataBytesAfter = reads.dataBytes;
        return started;
    }

    /** Of a log with data, its slots are read to the end on all columns, and what was found is checked in place. */
    private static long bytesRead(final RaidSetInfo set) {
        final RaidLogInfo log = set.log();
        return (long) DEVICES * 2 * ((long) log.slots() * log.slotBytes() + CHUNKLET_BYTES / RaidSetInfo.REGIONS);
    }

    private static void write(final Simulation sim, final PageSpace space, final int page) {
        assertEquals(IoStatus.OK, Blocks.write(sim, space, (long) page * PAGE_BYTES, new byte[BLOCK_BYTES]));
    }

    /** What a start found and read. */
    private static final class Started {
        private int sets;
        private int setsMarked;
        private int marked;
        private long logBytes;
        private long dataBytesBefore;
        private long dataBytesAfter;
        private int intentReads;

        /** Each marked region is read once, on each column. */
        long bound() {
            return (long) marked * DEVICES * (CHUNKLET_BYTES / RaidSetInfo.REGIONS);
        }

        @Override
        public String toString() {
            return "sets=" + sets + " marked=" + marked + " dataBytes=" + dataBytesAfter + " bound=" + bound();
        }
    }

    /** Bytes of chunklets that were read, and blocks of the intent areas. */
    private static final class Reads {
        private final Set<String> intentBlocks = new HashSet<>();
        private long dataBytes;

        void reset() {
            intentBlocks.clear();
            dataBytes = 0;
        }
    }

    private static final class CountedReads extends WrappedDevice {
        private final Reads reads;

        CountedReads(final Device inner, final Reads reads) {
            super(inner);
            this.reads = reads;
        }

        @Override
        public void submit(final IoRequest request) {
            final DeviceLayout layout = layout();
            final long at = request.offsetBytes();
            if (request.op() == IoOp.READ && at >= layout.dataOffset()) {
                reads.dataBytes += request.lengthBytes();
            } else if (request.op() == IoOp.READ
                    && at >= layout.intentOffset()
                    && at < layout.intentOffset() + layout.intentLength()) {
                reads.intentBlocks.add(uuid() + " " + at);
            }
            inner().submit(request);
        }
    }
}
