package org.isobar.raid;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.LostBuffers;
import org.isobar.testkit.Simulation;
import org.junit.Rule;
import org.junit.Test;

/**
 * What the write log costs, in requests to devices rather than in time: a claim that holds on any machine. How long it
 * takes is up to itests/benchmarks/cost.
 */
public class LogCostTest {
    private static final int BLOCK = 4096;
    private static final int COLUMNS = 5;
    private static final int STRIPE = (COLUMNS - 1) * BLOCK;
    private static final int SLOTS = 64;
    private static final long LOG_BYTES = (2 + SLOTS * 8L) * BLOCK;

    /** Stripes of a stream. */
    private static final int STREAM = 32;

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    private final SetWorld world = new SetWorld(new Simulation(5), "5", COLUMNS, BLOCK, LOG_BYTES, true);
    private int flushes;
    /** Writes that are to be on stable media before they end. */
    private int durableWrites;

    private int logWrites;
    private long logBytes;
    private long dataBytes;
    /** Writes to the log that do not go on where the last one to it on that column ended. */
    private int seeks;

    private final long[] logEnds = new long[COLUMNS];

    private void count() {
        flushes = 0;
        durableWrites = 0;
        logWrites = 0;
        logBytes = 0;
        dataBytes = 0;
        seeks = 0;
        Arrays.fill(logEnds, 0);
        for (int column = 0; column < COLUMNS; column++) {
            final int of = column;
            final long start = world.media(column).layout().chunkletOffset(world.chunklet(column));
            world.device(column).failWhen(request -> {
                count(of, request, request.offsetBytes() - start);
                return false;
            });
        }
    }

    private void count(final int column, final IoRequest request, final long inChunklet) {
        if (request.op() == IoOp.FLUSH) {
            flushes++;
        } else if (request.op() == IoOp.WRITE && inChunklet >= SetWorld.CHUNKLET_BYTES) {
            logWrites++;
            logBytes += request.lengthBytes();
            seeks += logEnds[column] == 0 || logEnds[column] == inChunklet ? 0 : 1;
            logEnds[column] = inChunklet + request.lengthBytes();
            durableWrites += request.durable() ? 1 : 0;
        } else if (request.op() == IoOp.WRITE && inChunklet >= 0) {
            dataBytes += request.lengthBytes();
            durableWrites += request.durable() ? 1 : 0;
        }
    }

    private void writeAll(final int seed) {
        final byte[] one = new byte[STRIPE];
        for (long stripe = 0; stripe < world.stripes(); stripe++) {
            new Random(seed + stripe).nextBytes(one);
            assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), stripe * STRIPE, one));
        }
    }

    @Test
    public void waitsForStableMediaFewTimesInASequenceOfWholeStripes() {
        writeAll(0);
        world.sim().runFor(60_000_000_000L);
        count();
        writeAll(1);
        assertEquals(world.stripes() * COLUMNS * BLOCK, dataBytes);
        // The first two stripes, then 4, 8, 16, 32 and the rest announced together, on two columns each.
        assertTrue("durable writes: " + durableWrites, durableWrites <= 14);
        assertEquals(0, flushes);
    }

    @Test
    public void waitsNoMoreForStripesThatWereAnnounced() {
        writeAll(0);
        count();
        for (int seed = 1; seed < 4; seed++) {
            writeAll(seed);
        }
        assertEquals(0, durableWrites);
        assertEquals(0, flushes);
        // A block for each write, twice, and some headers.
        final long blocks = logBytes / BLOCK;
        assertTrue("blocks logged: " + blocks, blocks <= 3 * 2 * world.stripes() + 8);
    }

    @Test
    public void asksForOneFlushOfTwoDevicesWhenSmallWritesAreFlushed() {
        count();
        final byte[] one = new byte[BLOCK];
        for (int i = 0; i < 4; i++) {
            new Random(i).nextBytes(one);
            assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), i * (long) STRIPE, one));
            assertEquals(IoStatus.OK, Blocks.flush(world.sim(), world.set()));
        }
        assertEquals("two columns for each", 8, flushes);
        assertEquals(0, dataBytes);
    }

    /** Writes whole stripes one after the other, four while a request of the devices takes, and counts what that writes to the log. */
    private void stream(final long requestNs) {
        for (int column = 0; column < COLUMNS; column++) {
            world.device(column).latency(requestNs, requestNs);
        }
        writeAll(3);
        count();
        final byte[] one = new byte[STRIPE];
        final List<Blocked> writes = new ArrayList<>();
        for (int stripe = 0; stripe < STREAM; stripe++) {
            final Blocked write = new Blocked(world, stripe * (long) STRIPE, one);
            writes.add(write);
            write.start();
            world.sim().runFor(requestNs / 4);
        }
        world.sim().runFor(100 * requestNs);
        for (final Blocked write : writes) {
            assertEquals(IoStatus.OK, write.status());
        }
    }

    /** Each batch takes a drive's arm away from the data. */
    @Test
    public void logsMoreStripesInABatchWhereTheLogIsSlow() {
        writeAll(0);
        stream(8_000_000);
        assertTrue("log writes: " + logWrites, logWrites <= 2 * (STREAM / 4 + 4));
    }

    @Test
    public void doesNotLetStripesWaitForOneBatchWhereTheLogIsQuick() {
        writeAll(0);
        stream(800_000);
        assertTrue("log writes: " + logWrites, logWrites >= 2 * (STREAM / 2));
    }

    private void writeBlocks(final int count) {
        final byte[] one = new byte[BLOCK];
        for (int i = 0; i < count; i++) {
            new Random(i).nextBytes(one);
            final long stripe = i % world.stripes();
            final long element = i / world.stripes() * 2;
            assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), stripe * STRIPE + element * BLOCK, one));
        }
    }

    /** A block each, on two columns, with one for its entry. */
    @Test
    public void writesNothingTwiceThoughBlocksComeOneByOne() {
        count();
        writeBlocks(70);
        assertEquals(70, world.set().info().log().keptBlocks());
        assertEquals(18, world.set().info().log().usedSlots());
        assertEquals(2L * 70 * 2 * BLOCK, logBytes);
        assertEquals(0, seeks);
    }

    @Test
    public void logsAllStripesOfARequestInOneBatch() {
        count();
        final byte[] bytes = new byte[2 * BLOCK];
        new Random(1).nextBytes(bytes);
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), STRIPE - BLOCK, bytes));
        assertEquals(2, world.set().info().log().keptBlocks());
        assertEquals("one on each of two columns", 2, logWrites);
        assertEquals(2L * 3 * BLOCK, logBytes);
    }

    /** So that initiators' requests do not wait behind all of a round. */
    @Test
    public void usesTheDevicesForFewPartsOfARoundAtATime() {
        writeBlocks(60);
        final int[] most = new int[1];
        for (int column = 0; column < COLUMNS; column++) {
            world.device(column).failWhen(request -> {
                int inFlight = 1;
                for (int other = 0; other < COLUMNS; other++) {
                    inFlight += world.device(other).inFlight();
                }
                most[0] = Math.max(most[0], inFlight);
                return false;
            });
        }
        world.sim().runFor(60_000_000_000L);
        assertEquals(0, world.set().info().log().keptBlocks());
        // Data and redundancy of 16 parts; the log's own come one after the other.
        assertTrue("requests at a time: " + most[0], most[0] > 16 && most[0] <= 32 + COLUMNS);
        world.assertConsistent();
    }

    /** Each with its own redundancy to renew: none has a neighbour. */
    @Test
    public void waitsForStableMediaFewTimesToBringManyBlocksToTheirPlace() {
        final int blocks = 90;
        assertTrue("less than starts a round", blocks < world.set().info().log().keptBlocksMax() / 2);
        count();
        writeBlocks(blocks);
        assertEquals(0, durableWrites + flushes);
        logBytes = 0;
        world.sim().runFor(60_000_000_000L);
        assertEquals(0, world.set().info().log().keptBlocks());
        assertEquals("data and redundancy of each", 2L * blocks * BLOCK, dataBytes);
        // Two rounds, as two blocks of a row that are not neighbours go one after the other, and a checkpoint after
        // each.
        final int checkpoints = 2 * COLUMNS;
        assertTrue(
                "blocks logged: " + logBytes / BLOCK, logBytes / BLOCK <= 2 * (blocks + blocks / 7 + 4) + checkpoints);
        assertTrue("the data, then everything: " + flushes, flushes <= 2 + checkpoints);
        assertTrue("redundancy, then a checkpoint: " + durableWrites, durableWrites <= 2 * 2 + checkpoints);
    }

    /** Logged as they are, these stripes would take more than the log has. */
    @Test
    public void logsStreamsByTheirHashesThoughTheyComeUponBlocksThatAreKept() {
        writeAll(0);
        writeBlocks((int) world.stripes());
        count();
        writeAll(1);
        final long redundancy = 2 * world.stripes() * BLOCK;
        final long hashes = 2 * world.stripes() * BLOCK;
        assertTrue("blocks logged: " + logBytes / BLOCK, logBytes <= redundancy + hashes + 64 * BLOCK);
        final byte[] one = new byte[STRIPE];
        for (long stripe = 0; stripe < world.stripes(); stripe++) {
            new Random(1 + stripe).nextBytes(one);
            assertArrayEquals(one, Blocks.read(world.sim(), world.set(), stripe * STRIPE, STRIPE));
        }
    }
}
