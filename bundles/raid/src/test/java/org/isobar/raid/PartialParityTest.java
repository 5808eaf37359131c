package org.isobar.raid;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.DeviceState;
import org.isobar.api.raid.ColumnState;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.FailAtN;
import org.isobar.testkit.LostBuffers;
import org.isobar.testkit.Simulation;
import org.junit.Rule;
import org.junit.Test;

/**
 * Parts of a stripe of which the write log gets what the others give together: what goes where, and what a replay makes of one that
 * is cut short. {@link WriteHoleCrashTest} tries it with all else.
 */
public class PartialParityTest {
    private static final int BLOCK = 4096;
    private static final int COLUMNS = 4;
    private static final int DATA = COLUMNS - 1;
    private static final int ROWS = 4;
    private static final int STRIP = ROWS * BLOCK;
    private static final int STRIPE = DATA * STRIP;
    private static final int SLOTS = 40;
    private static final long LOG_BYTES = (2 + SLOTS * 8L) * BLOCK;
    private static final long NUMBER = 2;
    private static final int REDUNDANCY = DATA;
    private static final int WRITTEN = 1;
    private static final long A_WHILE_NS = 50_000_000;

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    private final byte[] before = content(1, STRIPE);
    private final byte[] after = content(2, STRIPE);
    private SetWorld world = world();
    private int logged;
    private int flushes;

    private static SetWorld world() {
        return new SetWorld(new Simulation(41), "5", COLUMNS, STRIP, LOG_BYTES, true, 0);
    }

    private static byte[] content(final int seed, final int length) {
        final byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private SetLog log() {
        return ((AssembledSet) world.set()).log();
    }

    private int column(final int element) {
        return world.set().geometry().column(NUMBER, 0, element);
    }

    private static long at(final int element) {
        return NUMBER * STRIPE + element * (long) STRIP;
    }

    private static byte[] element(final byte[] stripe, final int element) {
        return Arrays.copyOfRange(stripe, element * STRIP, (element + 1) * STRIP);
    }

    private void write(final int element, final byte[] stripe) {
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), at(element), element(stripe, element)));
    }

    private void flush() {
        assertEquals(IoStatus.OK, Blocks.flush(world.sim(), world.set()));
    }

    /** Everything is in its place, and the log is empty. */
    private void fill() {
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), NUMBER * STRIPE, before));
        world.sim().runFor(30_000_000_000L);
        assertEquals(0, log().usedSlots());
    }

    private boolean isInLog(final int column, final IoRequest request) {
        final long from = world.media(column).layout().chunkletOffset(world.chunklet(column)) + SetWorld.CHUNKLET_BYTES;
        return request.op() == IoOp.WRITE
                && request.offsetBytes() >= from + 2 * BLOCK
                && request.offsetBytes() < from + LOG_BYTES;
    }

    private boolean isInPlace(final int column, final IoRequest request) {
        final long from = world.media(column).layout().chunkletOffset(world.chunklet(column));
        return request.op() == IoOp.WRITE
                && request.offsetBytes() >= from
                && request.offsetBytes() < from + SetWorld.CHUNKLET_BYTES;
    }

    /** Counts what goes to the log, which must be durable and on the column of redundancy, and flushes. */
    private void count() {
        logged = 0;
        flushes = 0;
        for (int column = 0; column < COLUMNS; column++) {
            final int place = column;
            world.fault(column)
                    .failWhen(
                            request -> {
                                flushes += request.op() == IoOp.FLUSH ? 1 : 0;
                                if (isInLog(place, request)) {
                                    assertEquals(column(REDUNDANCY), place);
                                    assertTrue(request.durable());
                                    logged += (int) request.lengthBytes();
                                }
                                return false;
                            },
                            IoStatus.IO_ERROR);
        }
    }

    private void assertHolds(final int element, final byte[] stripe) {
        assertArrayEquals(
                "element=" + element,
                element(stripe, element),
                Blocks.read(world.sim(), world.set(), at(element), STRIP));
    }

    /** The process dies when of what is written only some elements are in place; then a column is lost. */
    private void cutShort(final int elementsWritten, final int lost) {
        world = world();
        fill();
        for (final int element : new int[] {WRITTEN, REDUNDANCY}) {
            final int column = column(element);
            if ((elementsWritten & 1 << element) == 0) {
                world.fault(column).failWhen(request -> isInPlace(column, request), IoStatus.BUSY);
            }
        }
        final Blocked write = new Blocked(world, at(WRITTEN), element(after, WRITTEN));
        write.start();
        world.sim().runFor(A_WHILE_NS);
        world.kill(new Random(elementsWritten));
        world.device(column(lost)).lose();
    }

    @Test
    public void goesToTheColumnOfRedundancyAlone() {
        fill();
        count();
        write(WRITTEN, after);
        assertEquals("a header and a strip", BLOCK + STRIP, logged);
        assertEquals(0, flushes);
        assertEquals(1, log().usedSlots());
        flush();
        assertEquals("as it is in place", 2, flushes);
    }

    @Test
    public void restoresWhatNobodyWasWriting() {
        for (final int written : new int[] {0, 1 << WRITTEN, 1 << REDUNDANCY, 1 << WRITTEN | 1 << REDUNDANCY}) {
            for (int lost = 0; lost <= DATA; lost++) {
                cutShort(written, lost);
                world.assemble();
                for (int element = 0; element < DATA; element++) {
                    if (element != WRITTEN) {
                        assertHolds(element, before);
                    }
                }
            }
        }
    }

    @Test
    public void restoresWhatWasWrittenFromARowThatIsOldOrNew() {
        cutShort(0, WRITTEN);
        world.assemble();
        assertHolds(WRITTEN, before);
        cutShort(1 << WRITTEN, WRITTEN);
        world.assemble();
        assertHolds(WRITTEN, before);
        cutShort(1 << REDUNDANCY, WRITTEN);
        world.assemble();
        assertHolds(WRITTEN, after);
        cutShort(1 << WRITTEN | 1 << REDUNDANCY, WRITTEN);
        world.assemble();
        assertHolds(WRITTEN, after);
    }

    @Test
    public void losesBlocksBeingWrittenWhoseRedundancyIsTorn() {
        cutShort(1 << REDUNDANCY, WRITTEN);
        final long second = world.deviceOffset(NUMBER, 0, REDUNDANCY) + BLOCK;
        world.media(column(REDUNDANCY)).poke(second + 512, new byte[512]);
        world.assemble();
        assertEquals(IoStatus.IO_ERROR, Blocks.readStatus(world.sim(), world.set(), at(WRITTEN) + BLOCK, BLOCK));
        for (final int row : new int[] {0, 2, 3}) {
            assertArrayEquals(
                    Arrays.copyOfRange(after, WRITTEN * STRIP + row * BLOCK, WRITTEN * STRIP + (row + 1) * BLOCK),
                    Blocks.read(world.sim(), world.set(), at(WRITTEN) + (long) row * BLOCK, BLOCK));
        }
        assertHolds(0, before);
        assertHolds(2, before);
        write(WRITTEN, after);
        assertHolds(WRITTEN, after);
    }

    /** Nothing was flushed, so each version may be what is there. */
    @Test
    public void vouchesForAllVersionsSinceTheCheckpoint() {
        fill();
        final byte[] old = world.media(column(REDUNDANCY)).peek(world.deviceOffset(NUMBER, 0, REDUNDANCY), STRIP);
        write(WRITTEN, content(3, STRIPE));
        write(WRITTEN, after);
        world.kill(new Random(0));
        world.media(column(REDUNDANCY)).poke(world.deviceOffset(NUMBER, 0, REDUNDANCY), old);
        world.device(column(WRITTEN)).lose();
        world.assemble();
        assertHolds(WRITTEN, before);
    }

    @Test
    public void besideOtherStripsRequiresThatTheFirstIsOnStableMedia() {
        fill();
        write(0, after);
        count();
        write(0, content(3, STRIPE));
        assertEquals("the same rows again", 0, flushes);
        write(1, after);
        assertEquals("two columns", 2, flushes);
        count();
        write(1, content(4, STRIPE));
        assertEquals(0, flushes);
        write(0, after);
        assertEquals(2, flushes);
        world.powerLoss(new Random(5));
        world.device(column(1)).lose();
        world.assemble();
        assertHolds(1, content(4, STRIPE));
        assertHolds(2, before);
    }

    @Test
    public void waitsForAFlushThatFails() {
        fill();
        write(0, after);
        for (int column = 0; column < COLUMNS; column++) {
            world.fault(column).failWhen(request -> request.op() == IoOp.FLUSH, IoStatus.BUSY);
        }
        final Blocked other = new Blocked(world, at(1), element(after, 1));
        other.start();
        world.sim().runFor(A_WHILE_NS);
        assertEquals("held back", null, other.status());
        for (int column = 0; column < COLUMNS; column++) {
            world.fault(column).heal();
        }
        world.sim().runFor(A_WHILE_NS);
        assertEquals(IoStatus.OK, other.status());
        assertHolds(1, after);
    }

    /** Then nothing depends on it. */
    @Test
    public void losesTheColumnThatItCannotBeWrittenTo() {
        fill();
        final int column = column(REDUNDANCY);
        world.fault(column).failWhen(request -> isInLog(column, request), IoStatus.IO_ERROR);
        write(WRITTEN, after);
        assertEquals(ColumnState.STALE, world.journal().state(column));
        assertHolds(WRITTEN, after);
        assertHolds(0, before);
    }

    @Test
    public void losesTheColumnThatIsGoneWhenItIsToBeWritten() {
        fill();
        final int column = column(REDUNDANCY);
        world.device(column).lose();
        write(WRITTEN, after);
        assertEquals(ColumnState.STALE, world.journal().state(column));
        assertHolds(WRITTEN, after);
        assertHolds(2, before);
    }

    @Test
    public void survivesThatAnyRequestFails() {
        final int failures = FailAtN.untilClean(failure -> {
            world = world();
            fill();
            world.device(column(REDUNDANCY)).failWhen(failure);
            write(WRITTEN, after);
            write(2, after);
            flush();
            failure.disarm();
            world.powerLoss(new Random(failure.n()));
            world.assemble();
            assertHolds(0, before);
            assertHolds(WRITTEN, after);
            assertHolds(2, after);
        });
        assertTrue("requests failed: " + failures, failures > 4);
    }

    /** The next ones would come to the same stripes, beside other strips. */
    @Test
    public void isNotForStreams() {
        fill();
        for (int element = 0; element < DATA; element++) {
            write(element, after);
        }
        flush();
        for (int column = 0; column < COLUMNS; column++) {
            world.fault(column).failWhen(request -> request.op() == IoOp.FLUSH, IoStatus.BUSY);
        }
        for (int element = DATA; element < 2 * DATA; element++) {
            assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), at(element), content(element, STRIP)));
        }
        assertEquals("the log has it as it is", IoStatus.OK, Blocks.flush(world.sim(), world.set()));
    }

    @Test
    public void isNotForWritesThatMustBeDurable() {
        fill();
        final Blocked durable = new Blocked(world, at(WRITTEN), element(after, WRITTEN));
        durable.startDurably();
        world.sim().runFor(A_WHILE_NS);
        assertEquals(IoStatus.OK, durable.status());
        world.powerLoss(new Random(6));
        world.device(column(WRITTEN)).lose();
        world.assemble();
        assertHolds(WRITTEN, after);
    }

    /** Rot beside a write that was cut short is found by what the others should give, and by its checksum. */
    @Test
    public void mendsWhatHasRottenBesideIt() {
        cutShort(1 << REDUNDANCY, WRITTEN);
        world.device(column(WRITTEN)).comeBack();
        world.media(column(0)).poke(world.deviceOffset(NUMBER, 0, 0) + 77, new byte[] {1, 2, 3});
        world.assemble();
        assertEquals(DeviceState.ONLINE, world.device(column(WRITTEN)).state());
        world.resync();
        assertHolds(0, before);
        assertHolds(2, before);
        world.assertConsistent();
    }

    @Test
    public void leavesTwoAloneThatNothingGives() {
        cutShort(1 << WRITTEN, 0);
        final int other = column(2);
        final long bad = world.deviceOffset(NUMBER, 0, 2);
        world.device(other)
                .failWhen(request -> request.op() == IoOp.READ
                        && request.offsetBytes() < bad + BLOCK
                        && request.offsetBytes() + request.lengthBytes() > bad);
        world.assemble();
        assertEquals(IoStatus.IO_ERROR, Blocks.readStatus(world.sim(), world.set(), at(2), BLOCK));
        world.device(other).failWhen(request -> false);
        assertArrayEquals(
                Arrays.copyOfRange(before, 2 * STRIP, 2 * STRIP + BLOCK),
                Blocks.read(world.sim(), world.set(), at(2), BLOCK));
    }

    /** Else a power loss would bring the column back, and the stripe would be taken for whole. */
    @Test
    public void changesNothingBeforeTheColumnIsGivenUpOnStableMedia() {
        for (final boolean detached : new boolean[] {false, true}) {
            world = world();
            fill();
            final int column = column(REDUNDANCY);
            world.journal().hold();
            world.fault(column(0))
                    .failWhen(
                            request -> {
                                if (request.op() == IoOp.READ) {
                                    world.device(column).lose();
                                    world.sim().lanes().control().execute(() -> {
                                        if (detached) {
                                            world.set().detach(column);
                                        }
                                    });
                                }
                                return false;
                            },
                            IoStatus.IO_ERROR);
            final Blocked write = new Blocked(world, at(WRITTEN), element(after, WRITTEN));
            write.start();
            world.sim().runFor(A_WHILE_NS);
            assertEquals("held back", null, write.status());
            final byte[] inPlace = world.media(column(WRITTEN)).peek(world.deviceOffset(NUMBER, 0, WRITTEN), STRIP);
            assertArrayEquals(element(before, WRITTEN), inPlace);
            world.journal().release();
            world.sim().runFor(A_WHILE_NS);
            assertEquals(IoStatus.OK, write.status());
            assertEquals(ColumnState.STALE, world.journal().state(column));
            assertHolds(WRITTEN, after);
        }
    }

    /** It goes to its place once the log is past the partial parity, which must not wait for it. */
    @Test
    public void aSmallWriteAfterItGoesToALaterSlot() {
        world = new SetWorld(new Simulation(42), "5", COLUMNS, STRIP, LOG_BYTES, true, BLOCK);
        fill();
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, content(7, BLOCK)));
        write(WRITTEN, after);
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), at(WRITTEN), content(8, BLOCK)));
        world.sim().runFor(30_000_000_000L);
        assertEquals(0, log().usedSlots());
        assertArrayEquals(content(8, BLOCK), Blocks.read(world.sim(), world.set(), at(WRITTEN), BLOCK));
    }

    /** Content follows only when all of it has been passed. */
    @Test
    public void isThereUntilItsLastSlotIsPassed() {
        fill();
        final Blocked[] writes = new Blocked[4];
        for (int i = 0; i < writes.length; i++) {
            writes[i] = new Blocked(world, at(WRITTEN) + (long) i * COLUMNS * STRIPE, element(after, WRITTEN));
        }
        final int column = column(WRITTEN);
        final long last = world.deviceOffset(NUMBER + 3 * COLUMNS, 0, WRITTEN);
        world.fault(column)
                .failWhen(request -> request.op() == IoOp.WRITE && request.offsetBytes() == last, IoStatus.BUSY);
        final int redundancy = column(REDUNDANCY);
        world.fault(redundancy).failWhen(request -> isInLog(redundancy, request), IoStatus.BUSY);
        for (final Blocked write : writes) {
            write.start();
            world.sim().runFor(A_WHILE_NS);
        }
        world.fault(redundancy).heal();
        world.sim().runFor(A_WHILE_NS);
        assertEquals("one, and three in two", 3, log().usedSlots());
        assertEquals(IoStatus.OK, writes[2].status());
        assertEquals("begins in the last slot", null, writes[3].status());
        world.control(() -> log().group(0).checkpoint());
        world.sim().runFor(A_WHILE_NS);
        assertEquals(1, log().usedSlots());
        final Blocked durable = new Blocked(world, at(WRITTEN) + 2L * COLUMNS * STRIPE, element(before, WRITTEN));
        durable.startDurably();
        world.sim().runFor(A_WHILE_NS);
        assertEquals("held back", null, durable.status());
        world.fault(column).heal();
        world.sim().runFor(1_000_000_000L);
        assertEquals(IoStatus.OK, writes[3].status());
        assertEquals(IoStatus.OK, durable.status());
    }

    /** What one stripe waits for says nothing of another whose partial parity lies beside it in a slot. */
    @Test
    public void aFlushForOneStripeIsNoneForAnother() {
        fill();
        final byte[] two = content(9, 2 * BLOCK);
        final long next = (long) COLUMNS * STRIPE;
        final Blocked filler = new Blocked(world, at(0) + 2 * next, two);
        final Blocked one = new Blocked(world, at(0), two);
        final Blocked other = new Blocked(world, at(0) + next, two);
        final int redundancy = column(REDUNDANCY);
        final long held = world.deviceOffset(NUMBER + COLUMNS, 0, 0);
        world.fault(redundancy).failWhen(request -> isInLog(redundancy, request), IoStatus.BUSY);
        world.fault(column(0))
                .failWhen(request -> request.op() == IoOp.WRITE && request.offsetBytes() == held, IoStatus.BUSY);
        for (final Blocked write : new Blocked[] {filler, one, other}) {
            write.start();
            world.sim().runFor(A_WHILE_NS);
        }
        world.fault(redundancy).heal();
        world.sim().runFor(A_WHILE_NS);
        assertEquals("two of them in one", 2, log().usedSlots());
        assertEquals(IoStatus.OK, one.status());
        assertEquals("on its way", null, other.status());
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), at(1), two));
        world.fault(column(0)).heal();
        world.sim().runFor(A_WHILE_NS);
        assertEquals(IoStatus.OK, other.status());
        count();
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), at(1) + next, two));
        assertTrue("flushes: " + flushes, flushes > 0);
    }
}
