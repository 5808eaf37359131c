package org.isobar.raid;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.SumBlock;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidSet;
import org.isobar.api.raid.ScrubReport;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.lane.Lane;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.LostBuffers;
import org.isobar.testkit.SimDevice;
import org.isobar.testkit.Simulation;
import org.junit.Rule;
import org.junit.Test;

/** Sweeps give way to requests from above, and end all the same. */
public class RaidSetPaceTest {
    private static final long MS = 1_000_000;
    private static final int STRIP_BYTES = 2 * Pace.PIECE_BYTES;

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    @Test
    public void aScrubGivesWayWhileRequestsCome() {
        final SetWorld world = new SetWorld(31, "5", 4);
        final long idleNs = scrubNs(world);
        final Reader reader = new Reader(world, MS);
        final long busyNs = scrubNs(world);
        reader.stop();
        // Four stripes at a time against a quarter of one, but 8 MiB per second at least.
        final long floorNs = world.set().sizeBytes() * 1_000_000_000 >> 23;
        assertTrue(idleNs + " " + busyNs, busyNs > 4 * idleNs && busyNs < Math.min(32 * idleNs, 2 * floorNs));
        world.sim().runFor(200 * MS);
        final long againNs = scrubNs(world);
        assertTrue(idleNs + " " + againNs, againNs < 2 * idleNs);
    }

    @Test
    public void aRebuildGivesWayAndEnds() {
        final SetWorld world = new SetWorld(32, "5", 4);
        final Reader reader = new Reader(world, MS);
        world.lose(1);
        world.rebuild(1, 0, 1);
        reader.stop();
        assertEquals(ColumnState.IN_SYNC, world.journal().state(1));
        world.assertConsistent();
    }

    /** However slow the devices are: then it is not the pause that counts. */
    @Test
    public void makesTheMinimumAllTheSame() {
        final SetWorld world = new SetWorld(33, "5", 4);
        for (final SimDevice device : world.devices()) {
            device.latency(20 * MS, 20 * MS);
        }
        final long idleNs = scrubNs(world);
        final Reader reader = new Reader(world, 5 * MS);
        final long busyNs = scrubNs(world);
        reader.stop();
        assertTrue(idleNs + " " + busyNs, busyNs < 2 * idleNs);
    }

    /** A request waits behind a part of a strip then, and not behind all of it. */
    @Test
    public void takesStripsInPiecesWhileRequestsCome() {
        final SetWorld world = wideStrips(34);
        final SimDevice device = world.devices().get(2);
        final long stripes = readsOfScrub(world, device);
        final Reader reader = new Reader(world, MS / 20);
        final long reads = readsOfScrub(world, device);
        assertTrue(stripes + " " + reads, reads > stripes);
        reader.stop();
    }

    /** Pieces would make them no quicker to answer, and the sweep much slower. */
    @Test
    public void takesWholeStripsOfSlowDevices() {
        final SetWorld world = wideStrips(35);
        for (final SimDevice device : world.devices()) {
            device.latency(20 * MS, 20 * MS);
        }
        final SimDevice device = world.devices().get(2);
        final long stripes = readsOfScrub(world, device);
        final Reader reader = new Reader(world, 5 * MS);
        final long reads = readsOfScrub(world, device);
        assertTrue(stripes + " " + reads, reads <= stripes);
        reader.stop();
    }

    /** Each piece of a strip is caught up, and lost blocks are found in any. */
    @Test
    public void aRebuildInPiecesMakesStripsWhole() {
        final SetWorld world = wideStrips(36);
        final Reader reader = new Reader(world, MS);
        world.lose(1);
        world.rebuild(1, 0, 1);
        reader.stop();
        assertEquals(ColumnState.IN_SYNC, world.journal().state(1));
        world.assertConsistent();
    }

    /** Several elements are wrong in a piece that is not the first of its strips: the scrub mends that piece, not the first. */
    @Test
    public void aScrubInPiecesMendsAndNamesTheRightBlocks() {
        final SetWorld world = wideStrips(37);
        final byte[] bytes = new byte[(int) world.set().sizeBytes()];
        new Random(37).nextBytes(bytes);
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, bytes));
        final Reader reader = new Reader(world, MS / 20);
        scrubNs(world);
        final int second = Pace.PIECE_BYTES;
        world.corrupt(3, 0, 0, second);
        world.corrupt(3, 0, 1, second + 2 * SumBlock.DATA_BYTES);
        world.corrupt(5, 0, 1, second + SumBlock.DATA_BYTES);
        world.corrupt(5, 0, 2, second + SumBlock.DATA_BYTES);
        final ScrubReport report = world.await(() -> world.set().scrub(true, world.job("scrub")));
        reader.stop();
        assertEquals(2, report.blocksMended());
        final long lost = 5L * world.set().geometry().stripeDataBytes() + second + SumBlock.DATA_BYTES;
        assertEquals(List.of(lost + STRIP_BYTES, lost + 2 * STRIP_BYTES), report.lostOffsets());
        for (final long offset : report.lostOffsets()) {
            assertEquals(IoStatus.IO_ERROR, Blocks.readStatus(world.sim(), world.set(), offset, SumBlock.DATA_BYTES));
        }
        final int stripe = 3 * world.set().geometry().stripeDataBytes();
        world.lose(3);
        final byte[] mended = Blocks.read(
                world.sim(), world.set(), stripe, world.set().geometry().stripeDataBytes());
        assertArrayEquals(Arrays.copyOfRange(bytes, stripe, stripe + mended.length), mended);
    }

    private static SetWorld wideStrips(final long seed) {
        return new SetWorld(new Simulation(seed), "5", 4, STRIP_BYTES, 0);
    }

    /** How often a device is read for a scrub, one time for checksums among them, perhaps. */
    private static long readsOfScrub(final SetWorld world, final SimDevice device) {
        final long before = device.reads();
        scrubNs(world);
        return device.reads() - before;
    }

    private static long scrubNs(final SetWorld world) {
        final long before = world.sim().clock().nanoTime();
        world.await(() -> world.set().scrub(true, world.job("scrub")));
        return world.sim().clock().nanoTime() - before;
    }

    /** Reads over and over. */
    private static final class Reader extends IoRequest implements Runnable {
        private final RaidSet set;
        private final Lane lane;
        private final SetWorld world;
        private final long everyNs;
        private final ByteBuf buffer = Buffers.allocate(512);
        private boolean stopping;
        private boolean ended;

        Reader(final SetWorld world, final long everyNs) {
            this.world = world;
            this.everyNs = everyNs;
            set = world.set();
            lane = world.sim().lanes().lane(0);
            world.sim().onLane(0, this);
        }

        @Override
        public void run() {
            read(lane, 0, 512, buffer, 0);
            set.submit(this);
        }

        @Override
        protected void completed(final IoStatus status) {
            assertEquals(IoStatus.OK, status);
            if (stopping) {
                ended = true;
            } else {
                lane.schedule(this, everyNs);
            }
        }

        void stop() {
            stopping = true;
            world.sim().runUntil(() -> ended);
            buffer.release();
        }
    }
}
