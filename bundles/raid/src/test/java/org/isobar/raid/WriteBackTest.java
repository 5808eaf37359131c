package org.isobar.raid;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoStatus;
import org.isobar.api.raid.RaidLogInfo;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.FailAtN;
import org.isobar.testkit.LostBuffers;
import org.isobar.testkit.Simulation;
import org.junit.Rule;
import org.junit.Test;

/** Small writes that end when they are in the write log, in their single cases; {@link WriteHoleCrashTest} tries them together. */
public class WriteBackTest {
    private static final int BLOCK = 4096;
    private static final int COLUMNS = 4;
    private static final int STRIPE = 3 * BLOCK;
    private static final int SLOTS = 24;
    private static final long LOG_BYTES = (2 + SLOTS * 8L) * BLOCK;
    private static final long IDLE_NS = SetWorld.INTENT_IDLE_MS * 1_000_000L;
    private static final long LONG_NS = 60_000_000_000L;

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    private final SetWorld world = world();

    private static SetWorld world() {
        return new SetWorld(new Simulation(17), "5", COLUMNS, BLOCK, LOG_BYTES, true);
    }

    private static byte[] content(final int seed, final int length) {
        final byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static RaidLogInfo log(final SetWorld of) {
        return of.set().info().log();
    }

    private void write(final long offset, final byte[] bytes) {
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), offset, bytes));
    }

    private void assertHolds(final long offset, final byte[] bytes) {
        assertArrayEquals(bytes, Blocks.read(world.sim(), world.set(), offset, bytes.length));
    }

    /** Nothing reaches the data of any column. */
    private void holdInPlace() {
        for (int column = 0; column < COLUMNS; column++) {
            holdInPlace(world, column);
        }
    }

    private static void holdInPlace(final SetWorld of, final int column) {
        final long start = of.media(column).layout().chunkletOffset(of.chunklet(column));
        of.fault(column)
                .failWhen(
                        request -> request.op() == IoOp.WRITE
                                && request.offsetBytes() >= start
                                && request.offsetBytes() < start + SetWorld.CHUNKLET_BYTES,
                        IoStatus.BUSY);
    }

    private void heal() {
        for (int column = 0; column < COLUMNS; column++) {
            world.fault(column).heal();
        }
    }

    @Test
    public void endsWhenTheLogHasItAndIsReadFromThere() {
        holdInPlace();
        final byte[] data = content(1, BLOCK);
        write(0, data);
        assertEquals(1, log(world).keptBlocks());
        assertHolds(0, data);
        assertArrayEquals(Arrays.copyOfRange(data, 512, 1536), Blocks.read(world.sim(), world.set(), 512, 1024));
        heal();
        world.sim().runFor(LONG_NS);
        assertEquals(0, log(world).keptBlocks());
        assertEquals(0, log(world).usedSlots());
        assertHolds(0, data);
        world.assertConsistent();
    }

    @Test
    public void asksTheColumnsOfTheLogAloneForAFlush() {
        write(0, content(1, BLOCK));
        int flushed = 0;
        for (int column = 0; column < COLUMNS; column++) {
            final SetWorld fresh = world();
            assertEquals(IoStatus.OK, Blocks.write(fresh.sim(), fresh.set(), 0, content(1, BLOCK)));
            final boolean[] asked = new boolean[1];
            fresh.device(column).failWhen(request -> {
                asked[0] |= request.op() == IoOp.FLUSH;
                return false;
            });
            assertEquals(IoStatus.OK, Blocks.flush(fresh.sim(), fresh.set()));
            flushed += asked[0] ? 1 : 0;
        }
        assertEquals(2, flushed);
    }

    /** So that a stream which comes next finds nothing that it would have to wait for. */
    @Test
    public void isEmptySoonAfterTheLastSmallWrite() {
        for (int i = 0; i < 8; i++) {
            write(i * (long) BLOCK, content(i, BLOCK));
            world.sim().runFor(IDLE_NS / 10);
            assertEquals(i + 1, log(world).keptBlocks());
        }
        world.sim().runFor(IDLE_NS / 2);
        assertEquals(0, log(world).keptBlocks());
        assertEquals(0, log(world).usedSlots());
        world.assertConsistent();
    }

    /** It waits for what the log holds of the stripe, but not for ever for what comes after. */
    @Test
    public void doesNotHoldUpAWholeStripeForEver() {
        write(0, content(1, BLOCK));
        final byte[] whole = content(2, STRIPE);
        final Blocked wide = new Blocked(world, 0, whole);
        wide.start();
        int small = 0;
        for (; wide.status() == null; small++) {
            assertTrue("small writes: " + small, small < 100);
            final Blocked[] writes = new Blocked[3];
            for (int i = 0; i < writes.length; i++) {
                writes[i] = new Blocked(world, i * (long) BLOCK, content(3 + small, BLOCK));
                writes[i].start();
            }
            world.sim().runFor(1_000_000);
        }
        assertEquals(IoStatus.OK, wide.status());
        world.sim().runFor(LONG_NS);
        write(0, whole);
        assertHolds(0, whole);
        world.assertConsistent();
    }

    @Test
    public void isThereAfterAKillAndAfterAPowerLossOnceFlushed() {
        final byte[] data = content(2, 2 * BLOCK);
        write(BLOCK, data);
        world.kill(new Random(1));
        world.assemble();
        assertEquals(2, log(world).keptBlocks());
        assertHolds(BLOCK, data);
        assertEquals(IoStatus.OK, Blocks.writeDurable(world.sim(), world.set(), 0, content(3, BLOCK)));
        final byte[] flushed = content(4, BLOCK);
        write(STRIPE, flushed);
        assertEquals(IoStatus.OK, Blocks.flush(world.sim(), world.set()));
        world.powerLoss(new Random(2));
        world.assemble();
        assertHolds(0, content(3, BLOCK));
        assertHolds(BLOCK, data);
        assertHolds(STRIPE, flushed);
    }

    /** What a replay has found on one column must not be lost with it. */
    @Test
    public void isOnTwoColumnsAgainAfterAReplay() {
        final byte[] data = content(2, BLOCK);
        write(0, data);
        assertEquals(IoStatus.OK, Blocks.flush(world.sim(), world.set()));
        for (int column = 0; column < COLUMNS; column++) {
            world.powerLoss(new Random(column));
            world.device(column).lose();
            world.assemble();
            assertHolds(0, data);
            world.comeBack(column);
        }
    }

    @Test
    public void makesWholeStripesOfSmallPieces() {
        for (int element = 0; element < 3; element++) {
            write(element * (long) BLOCK, content(element, BLOCK));
        }
        assertEquals(3, log(world).keptBlocks());
        for (int column = 0; column < COLUMNS; column++) {
            final long start = world.media(column).layout().chunkletOffset(world.chunklet(column));
            world.device(column).failWhen(request -> request.op() == IoOp.READ && request.offsetBytes() == start);
        }
        world.sim().runFor(LONG_NS);
        assertEquals("nothing had to be read for it", 0, log(world).keptBlocks());
        world.assertConsistent();
    }

    @Test
    public void givesWayToWhatIsWrittenOverItInPlace() {
        final byte[] old = content(5, BLOCK);
        write(0, old);
        write(BLOCK, old);
        write(2 * BLOCK, old);
        write(512, content(6, 512));
        assertEquals(IoStatus.OK, Blocks.zero(world.sim(), world.set(), BLOCK, 1024));
        final byte[] first = old.clone();
        System.arraycopy(content(6, 512), 0, first, 512, 512);
        final byte[] second = old.clone();
        Arrays.fill(second, 0, 1024, (byte) 0);
        assertHolds(0, first);
        assertHolds(BLOCK, second);
        final byte[] stripes = content(7, 2 * STRIPE);
        write(0, stripes);
        assertHolds(0, stripes);
        world.kill(new Random(3));
        world.assemble();
        assertHolds(0, stripes);
        world.resync();
        world.sim().runFor(LONG_NS);
        world.assertConsistent();
    }

    @Test
    public void waitsWhenTheLogHasNoRoom() {
        holdInPlace();
        final int writes = 3 * SLOTS;
        final Blocked[] all = new Blocked[writes];
        for (int i = 0; i < writes; i++) {
            all[i] = new Blocked(world, (long) i * BLOCK, content(i, BLOCK));
            all[i].start();
            world.sim().runFor(3_000_000);
        }
        assertNull("held back", all[writes - 1].status());
        assertTrue(log(world).usedSlots() <= SLOTS);
        assertTrue(log(world).keptBlocks() <= log(world).keptBlocksMax());
        assertEquals(0, log(world).refusedWrites());
        heal();
        world.sim().runFor(LONG_NS);
        for (int i = 0; i < writes; i++) {
            assertEquals(IoStatus.OK, all[i].status());
            assertHolds((long) i * BLOCK, content(i, BLOCK));
        }
        world.sim().runFor(LONG_NS);
        world.assertConsistent();
    }

    @Test
    public void isMadeInPlaceWhenTheLogIsTooShortForIt() {
        final SetWorld tight = new SetWorld(new Simulation(18), "5", COLUMNS, BLOCK, (2 + 8 * 8L) * BLOCK, true);
        final byte[] data = content(1, BLOCK);
        assertEquals(IoStatus.OK, Blocks.write(tight.sim(), tight.set(), 0, data));
        assertEquals(1, log(tight).refusedWrites());
        assertEquals(0, log(tight).keptBlocks());
        assertArrayEquals(data, Blocks.read(tight.sim(), tight.set(), 0, BLOCK));
        tight.assertConsistent();
    }

    @Test
    public void doesNotWaitForRoomInAnEmptyLog() {
        final int slots = 16;
        final int strip = 4 * BLOCK;
        final SetWorld tight = new SetWorld(new Simulation(18), "5", COLUMNS, strip, (2 + slots * 8L) * BLOCK, true);
        for (int i = 0; i < 2 * slots; i++) {
            if (i == slots) {
                // Takes one slot, where the others take an even number.
                assertEquals(IoStatus.OK, Blocks.write(tight.sim(), tight.set(), 3L * strip, content(i, 3 * strip)));
                tight.sim().runFor(LONG_NS);
            }
            final byte[] data = content(i, 2 * strip);
            assertEquals(IoStatus.OK, Blocks.write(tight.sim(), tight.set(), 0, data));
            assertArrayEquals(data, Blocks.read(tight.sim(), tight.set(), 0, data.length));
            tight.sim().runFor(LONG_NS);
        }
        assertNotEquals("where the ring ends there is not enough", 0, log(tight).refusedWrites());
        tight.assertConsistent();
    }

    @Test
    public void goesToItsPlaceInRoundsWithOneWaitForStableMediaEach() {
        final int[] durable = new int[1];
        final int kept = 10;
        for (int i = 0; i < kept; i++) {
            write((long) i * STRIPE, content(i, BLOCK));
        }
        assertEquals(kept, log(world).keptBlocks());
        for (int column = 0; column < COLUMNS; column++) {
            final long log = world.media(column).layout().chunkletOffset(world.chunklet(column))
                    + SetWorld.CHUNKLET_BYTES
                    + 2 * BLOCK;
            world.device(column).failWhen(request -> {
                durable[0] += request.op() == IoOp.WRITE && request.durable() && request.offsetBytes() >= log ? 1 : 0;
                return false;
            });
        }
        world.sim().runFor(LONG_NS);
        assertEquals(0, log(world).keptBlocks());
        assertTrue("a batch, or two at the end of the ring, on two columns: " + durable[0], durable[0] <= 4);
        for (int i = 0; i < kept; i++) {
            assertHolds((long) i * STRIPE, content(i, BLOCK));
        }
        world.assertConsistent();
    }

    @Test
    public void takesRoundsInTurnForBlocksOfOneRowThatAreNotNeighbours() {
        final SetWorld wide = new SetWorld(new Simulation(19), "5", 6, BLOCK, (2 + 40 * 8L) * BLOCK, true);
        for (int element = 0; element < 5; element += 2) {
            assertEquals(
                    IoStatus.OK, Blocks.write(wide.sim(), wide.set(), element * (long) BLOCK, content(element, BLOCK)));
        }
        assertEquals(3, log(wide).keptBlocks());
        wide.sim().runFor(LONG_NS);
        assertEquals(0, log(wide).keptBlocks());
        for (int element = 0; element < 5; element += 2) {
            assertArrayEquals(
                    content(element, BLOCK), Blocks.read(wide.sim(), wide.set(), element * (long) BLOCK, BLOCK));
        }
        wide.assertConsistent();
    }

    /** Of a stripe whose blocks have no neighbours, each goes in a round of its own. */
    @Test
    public void goesToItsPlaceHoweverManyRoundsThatTakes() {
        final int rows = 32;
        final int strip = rows * BLOCK;
        final SetWorld of =
                new SetWorld(new Simulation(17), "5", COLUMNS, strip, LogLayout.bytesMin(COLUMNS - 1, strip), true);
        for (int column = 0; column < COLUMNS; column++) {
            holdInPlace(of, column);
        }
        int written = 0;
        for (int row = 0; row < rows; row++) {
            for (int element = row % 2; element < COLUMNS - 1; element += 2) {
                final long at = (long) element * strip + (long) row * BLOCK;
                assertEquals(IoStatus.OK, Blocks.write(of.sim(), of.set(), at, content(row, BLOCK)));
                written++;
            }
        }
        assertEquals(written, log(of).keptBlocks());
        for (int column = 0; column < COLUMNS; column++) {
            of.fault(column).heal();
        }
        of.sim().runFor(10 * LONG_NS);
        assertEquals(0, log(of).keptBlocks());
        assertEquals(0, log(of).usedSlots());
        for (int row = 0; row < rows; row++) {
            final long at = (long) (row % 2) * strip + (long) row * BLOCK;
            assertArrayEquals(content(row, BLOCK), Blocks.read(of.sim(), of.set(), at, BLOCK));
        }
        of.assertConsistent();
        of.stop();
    }

    @Test
    public void isInPlaceAfterAnOrderlyStop() {
        final byte[] data = content(8, BLOCK);
        write(5L * BLOCK, data);
        world.stop();
        world.assemble();
        assertEquals(0, log(world).replayedSlots());
        assertEquals(0, log(world).keptBlocks());
        assertHolds(5L * BLOCK, data);
        world.assertConsistent();
    }

    @Test
    public void isReadWhileAColumnIsGoneAndCaughtUpWithIt() {
        final byte[] data = content(9, BLOCK);
        write(0, data);
        world.lose(0);
        assertHolds(0, data);
        final byte[] more = content(10, BLOCK);
        write(BLOCK, more);
        assertHolds(BLOCK, more);
        world.sim().runFor(LONG_NS);
        world.comeBack(0);
        world.sim().run();
        world.catchUp(0);
        assertHolds(0, data);
        assertHolds(BLOCK, more);
        world.sim().runFor(LONG_NS);
        world.assertConsistent();
    }

    /** One that cannot be put in its place moves on in the log, and does not stop the others. */
    @Test
    public void staysInTheLogWhileThereIsNoWayToPutItInPlace() {
        final byte[] data = content(11, BLOCK);
        write(0, content(12, STRIPE));
        assertEquals(IoStatus.OK, Blocks.flush(world.sim(), world.set()));
        world.lose(world.set().geometry().column(0, 0, 0));
        final int other = world.set().geometry().column(0, 0, 1);
        final long start = world.media(other).layout().chunkletOffset(world.chunklet(other));
        world.device(other).failWhen(request -> request.op() == IoOp.READ && request.offsetBytes() == start);
        write(0, data);
        for (int round = 0; round < 4; round++) {
            for (int i = 1; i <= 2 * SLOTS; i++) {
                write((long) i * STRIPE, content(i, BLOCK));
            }
            world.sim().runFor(LONG_NS);
        }
        assertHolds(0, data);
        assertEquals(1, log(world).keptBlocks());
        world.kill(new Random(4));
        world.device(world.set().geometry().column(0, 0, 0)).lose();
        world.device(other).failWhen(request -> false);
        world.assemble();
        assertHolds(0, data);
        world.sim().runFor(LONG_NS);
        assertEquals(0, log(world).keptBlocks());
        assertHolds(0, data);
    }

    @Test
    public void isNotLookedForWhenNoRegionIsMarked() {
        write(0, content(15, BLOCK));
        world.stop();
        final int[] reads = new int[1];
        for (int column = 0; column < COLUMNS; column++) {
            final long data = world.media(column).layout().dataOffset();
            world.device(column).failWhen(request -> {
                reads[0] += request.offsetBytes() >= data ? 1 : 0;
                return false;
            });
        }
        world.assemble();
        assertEquals("the log is not read", 0, reads[0]);
        write(BLOCK, content(16, BLOCK));
        assertTrue("where it goes on is", reads[0] > 0);
        world.kill(new Random(5));
        world.assemble();
        assertHolds(0, content(15, BLOCK));
        assertHolds(BLOCK, content(16, BLOCK));
    }

    @Test
    public void isRefusedWhereNobodyKnowsWhereTheLogGoesOn() {
        write(0, content(15, BLOCK));
        world.stop();
        world.assemble();
        for (int column = 0; column < COLUMNS; column++) {
            final long start = world.media(column).layout().chunkletOffset(world.chunklet(column));
            world.device(column)
                    .failWhen(request ->
                            request.op() == IoOp.READ && request.offsetBytes() >= start + SetWorld.CHUNKLET_BYTES);
        }
        assertEquals(IoStatus.OFFLINE, Blocks.write(world.sim(), world.set(), BLOCK, content(16, BLOCK)));
        for (int column = 0; column < COLUMNS; column++) {
            world.device(column).failWhen(request -> false);
        }
        world.sim().runFor(LONG_NS);
        write(BLOCK, content(16, BLOCK));
        assertHolds(0, content(15, BLOCK));
        assertHolds(BLOCK, content(16, BLOCK));
    }

    @Test
    public void survivesThatAnyRequestFailsAfterAStart() {
        int failures = 0;
        for (int column = 0; column < COLUMNS; column++) {
            final int failing = column;
            failures += FailAtN.untilClean(failure -> {
                final SetWorld of = world();
                assertEquals(IoStatus.OK, Blocks.write(of.sim(), of.set(), 0, content(5, BLOCK)));
                of.stop();
                of.device(failing).failWhen(failure);
                of.assemble();
                final byte[] data = content(4, BLOCK);
                assertEquals(IoStatus.OK, Blocks.write(of.sim(), of.set(), BLOCK, data));
                assertEquals(IoStatus.OK, Blocks.flush(of.sim(), of.set()));
                failure.disarm();
                of.powerLoss(new Random(failure.n()));
                of.assemble();
                assertArrayEquals(data, Blocks.read(of.sim(), of.set(), BLOCK, BLOCK));
                assertArrayEquals(content(5, BLOCK), Blocks.read(of.sim(), of.set(), 0, BLOCK));
            });
        }
        assertTrue("requests failed: " + failures, failures > 3 * COLUMNS);
    }

    @Test
    public void survivesThatAnyRequestFails() {
        final int failures = FailAtN.untilClean(failure -> {
            final SetWorld of = world();
            of.device(1).failWhen(failure);
            final byte[] data = content(4, 7 * 512);
            assertEquals(IoStatus.OK, Blocks.write(of.sim(), of.set(), 512, data));
            assertEquals(IoStatus.OK, Blocks.write(of.sim(), of.set(), BLOCK, content(5, BLOCK)));
            assertEquals(IoStatus.OK, Blocks.flush(of.sim(), of.set()));
            of.sim().runFor(LONG_NS);
            failure.disarm();
            of.powerLoss(new Random(failure.n()));
            of.assemble();
            assertArrayEquals(data, Blocks.read(of.sim(), of.set(), 512, 7 * 512));
            assertArrayEquals(content(5, BLOCK), Blocks.read(of.sim(), of.set(), BLOCK, BLOCK));
        });
        assertTrue("requests failed: " + failures, failures > 4);
    }
}
