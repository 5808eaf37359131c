package org.isobar.raid;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoStatus;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.LostBuffers;
import org.isobar.testkit.Simulation;
import org.junit.Rule;
import org.junit.Test;

/**
 * Whole stripes go past the write log, which holds their checksums alone: what a replay makes of one that is cut short, and how
 * those are made in place beside the log of which it has told what they held.
 */
public class WholeStripeLogTest {
    private static final int BLOCK = 4096;
    private static final int COLUMNS = 4;
    private static final int STRIPE = 3 * BLOCK;
    private static final int SLOTS = 8;
    private static final long LOG_BYTES = (2 + SLOTS * 8L) * BLOCK;
    private static final long NUMBER = 2;
    private static final int ALL = 0b1111;
    private static final long A_WHILE_NS = 50_000_000;

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    private final SetWorld world = new SetWorld(new Simulation(31), "5", COLUMNS, LOG_BYTES);
    private final byte[] before = content(1);
    private final byte[] after = content(2);

    private static byte[] content(final int seed) {
        final byte[] bytes = new byte[STRIPE];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private SetLog log() {
        return ((AssembledSet) world.set()).log();
    }

    private int column(final int element) {
        return world.set().geometry().column(NUMBER, 0, element);
    }

    private void write(final int element, final byte[] bytes, final int length) {
        final byte[] part = Arrays.copyOfRange(bytes, element * BLOCK, element * BLOCK + length);
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), at(element), part));
    }

    private static long at(final int element) {
        return NUMBER * STRIPE + element * (long) BLOCK;
    }

    private static byte[] element(final byte[] stripe, final int element) {
        return Arrays.copyOfRange(stripe, element * BLOCK, (element + 1) * BLOCK);
    }

    private byte[] readElement(final int element) {
        return Blocks.read(world.sim(), world.set(), at(element), BLOCK);
    }

    private void announce() {
        write(0, before, STRIPE);
        assertEquals(IoStatus.OK, Blocks.flush(world.sim(), world.set()));
    }

    private void logEndsIn(final IoStatus status, final int columns) {
        for (int column = 0; column < columns; column++) {
            final long start = world.media(column).layout().chunkletOffset(world.chunklet(column));
            world.fault(column)
                    .failWhen(
                            request -> request.op() == IoOp.WRITE
                                    && request.offsetBytes() >= start + SetWorld.CHUNKLET_BYTES
                                    && request.offsetBytes() < start + SetWorld.CHUNKLET_BYTES + LOG_BYTES,
                            status);
        }
    }

    private Blocked begin() {
        final Blocked write = new Blocked(world, NUMBER * STRIPE, after);
        write.start();
        world.sim().runFor(A_WHILE_NS);
        return write;
    }

    private byte[] onMedia(final int element) {
        return world.media(column(element)).peek(world.deviceOffset(NUMBER, 0, element), BLOCK);
    }

    /** Begins a write of the whole stripe; the process dies when only some elements are in place. */
    private void cutShort(final int elementsWritten) {
        for (int element = 0; element < COLUMNS; element++) {
            final int column = column(element);
            final long start = world.media(column).layout().chunkletOffset(world.chunklet(column));
            if ((elementsWritten & 1 << element) == 0) {
                world.fault(column)
                        .failWhen(
                                request -> request.op() == IoOp.WRITE
                                        && request.offsetBytes() >= start
                                        && request.offsetBytes() < start + SetWorld.CHUNKLET_BYTES,
                                IoStatus.BUSY);
            }
        }
        final Blocked write = begin();
        assertEquals(elementsWritten == ALL ? IoStatus.OK : null, write.status());
        world.kill(new Random(elementsWritten));
    }

    private void assertHolds(final int element, final byte[] bytes) {
        assertArrayEquals("element=" + element, element(bytes, element), readElement(element));
    }

    private void assertLost(final int element) {
        assertEquals(IoStatus.IO_ERROR, Blocks.readStatus(world.sim(), world.set(), at(element), BLOCK));
    }

    @Test
    public void logsTheChecksumsAlone() {
        final byte[] eight = new byte[8 * STRIPE];
        new Random(3).nextBytes(eight);
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), world.set(), 0, eight));
        assertTrue("slots: " + log().usedSlots(), log().usedSlots() <= 3);
        assertArrayEquals(eight, Blocks.read(world.sim(), world.set(), 0, eight.length));
    }

    @Test
    public void needsTheChecksumsOfOneElementInMemoryAtATime() {
        final SetWorld wide = new SetWorld(new Simulation(32), "5", SetWorld.SUM_PAGES + 1, LOG_BYTES);
        final byte[] stripe = new byte[SetWorld.SUM_PAGES * BLOCK];
        new Random(5).nextBytes(stripe);
        assertEquals(IoStatus.OK, Blocks.write(wide.sim(), wide.set(), 0, stripe));
        assertEquals("hashes alone", 1, ((AssembledSet) wide.set()).log().usedSlots());
        assertArrayEquals(stripe, Blocks.read(wide.sim(), wide.set(), 0, stripe.length));
    }

    @Test
    public void isStableOnlyAfterAFlush() {
        write(0, before, STRIPE);
        assertEquals(IoStatus.OK, Blocks.flush(world.sim(), world.set()));
        world.powerLoss(new Random(0));
        world.assemble();
        assertArrayEquals(before, Blocks.read(world.sim(), world.set(), at(0), STRIPE));
    }

    @Test
    public void givesTheMissingBlockWhereAllOthersAreOld() {
        for (int missing = 0; missing < COLUMNS; missing++) {
            final WholeStripeLogTest one = new WholeStripeLogTest();
            one.write(0, before, STRIPE);
            one.cutShort(0);
            one.world.device(one.column(missing)).lose();
            one.world.assemble();
            assertArrayEquals(before, Blocks.read(one.world.sim(), one.world.set(), at(0), STRIPE));
        }
    }

    @Test
    public void givesTheMissingBlockWhereAllOthersAreNew() {
        for (int missing = 0; missing < COLUMNS; missing++) {
            final WholeStripeLogTest one = new WholeStripeLogTest();
            one.write(0, before, STRIPE);
            one.cutShort(ALL & ~(1 << missing));
            one.world.device(one.column(missing)).lose();
            one.world.assemble();
            assertArrayEquals(after, Blocks.read(one.world.sim(), one.world.set(), at(0), STRIPE));
        }
    }

    @Test
    public void losesExactlyTheMissingBlockOfAMixture() {
        write(0, before, STRIPE);
        cutShort(0b1);
        final int missing = column(1);
        world.device(missing).lose();
        world.assemble();
        assertHolds(0, after);
        assertLost(1);
        assertHolds(2, before);
        assertEquals(1, world.set().info().lostBlocks());
        // That stays so, whatever is done with its column and its neighbours.
        world.kill(new Random(4));
        world.device(missing).lose();
        world.assemble();
        assertLost(1);
        assertEquals(
                "the rest of the block is not known",
                IoStatus.IO_ERROR,
                Blocks.write(world.sim(), world.set(), at(1), new byte[512]));
        write(2, after, BLOCK);
        assertLost(1);
        world.rebuild(missing, 0, 1);
        assertLost(1);
        world.resync();
        assertLost(1);
        world.await(() -> world.set().scrub(true, world.job("scrub")));
        assertLost(1);
        assertHolds(0, after);
        assertHolds(2, after);
        write(1, after, BLOCK);
        assertArrayEquals(after, Blocks.read(world.sim(), world.set(), at(0), STRIPE));
        world.await(() -> world.set().scrub(true, world.job("scrub")));
        world.assertConsistent();
    }

    @Test
    public void canBeWrittenAnewWithoutItsColumn() {
        write(0, before, STRIPE);
        cutShort(0b1);
        world.device(column(1)).lose();
        world.assemble();
        assertLost(1);
        write(1, before, BLOCK);
        assertHolds(1, before);
        assertHolds(0, after);
        assertHolds(2, before);
    }

    @Test
    public void makesRedundancyOfAMixtureWhenNothingIsMissingOrMakesItOneAgain() {
        for (int written = 0; written <= ALL; written++) {
            final WholeStripeLogTest one = new WholeStripeLogTest();
            one.write(0, before, STRIPE);
            one.cutShort(written);
            one.world.assemble();
            one.world.assertConsistent();
            one.world.lose(one.column(0));
            for (int element = 0; element < COLUMNS - 1; element++) {
                final boolean isAfter = Integer.bitCount(written) == 1
                        ? false
                        : Integer.bitCount(written) == COLUMNS - 1 || (written & 1 << element) != 0;
                one.assertHolds(element, isAfter ? after : before);
            }
        }
    }

    @Test
    public void mendsTheOneBlockThatIsNeitherOldNorNew() {
        write(0, before, STRIPE);
        cutShort(ALL);
        world.corrupt(NUMBER, 0, 1, 77);
        world.assemble();
        assertHolds(1, after);
        world.assertConsistent();
    }

    @Test
    public void losesWhatCannotBeReadOfAMixture() {
        write(0, before, STRIPE);
        cutShort(0b1);
        world.device(column(1)).lose();
        world.device(column(2)).failReads(world.deviceOffset(NUMBER, 0, 2), BLOCK);
        world.assemble();
        assertHolds(0, after);
        assertLost(1);
        assertLost(2);
        write(0, before, STRIPE);
        assertArrayEquals(before, Blocks.read(world.sim(), world.set(), at(0), STRIPE));
    }

    @Test
    public void isInPlaceForGoodBeforeContentOfTheStripeIsLogged() {
        for (int seed = 0; seed < 20; seed++) {
            final WholeStripeLogTest one = new WholeStripeLogTest();
            one.write(0, before, STRIPE);
            assertEquals(1, one.log().usedSlots());
            one.write(0, after, BLOCK);
            assertEquals("checkpoint in between", 1, one.log().usedSlots());
            one.world.powerLoss(new Random(seed));
            one.world.device(one.column(seed % COLUMNS)).lose();
            one.world.assemble();
            one.assertHolds(0, after);
            one.assertHolds(1, before);
            one.assertHolds(2, before);
        }
    }

    @Test
    public void waitsForACheckpointWhereTheLogHoldsContentOfTheStripe() {
        for (int seed = 0; seed < 20; seed++) {
            final WholeStripeLogTest one = new WholeStripeLogTest();
            one.write(0, before, BLOCK);
            one.write(0, after, STRIPE);
            assertEquals("hashes alone", 1, one.log().usedSlots());
            assertEquals(IoStatus.OK, Blocks.flush(one.world.sim(), one.world.set()));
            one.world.powerLoss(new Random(seed));
            one.world.device(one.column(seed % COLUMNS)).lose();
            one.world.assemble();
            assertArrayEquals(after, Blocks.read(one.world.sim(), one.world.set(), at(0), STRIPE));
        }
    }

    @Test
    public void isLoggedAsItIsWhileAColumnIsMissing() {
        write(0, before, STRIPE);
        world.lose(column(1));
        cutShort(0b1);
        world.device(column(1)).lose();
        world.assemble();
        assertArrayEquals(after, Blocks.read(world.sim(), world.set(), at(0), STRIPE));
    }

    @Test
    public void isInPlaceWhileTheLogIsBusyButEndsWithTheLog() {
        announce();
        logEndsIn(IoStatus.BUSY, COLUMNS);
        final Blocked write = begin();
        assertNull("the log has not got it", write.status());
        for (int element = 0; element < COLUMNS - 1; element++) {
            assertArrayEquals(element(after, element), onMedia(element));
        }
        for (int column = 0; column < COLUMNS; column++) {
            world.fault(column).failWhen(request -> false, IoStatus.BUSY);
        }
        world.sim().runUntil(() -> write.status() != null);
        assertEquals(IoStatus.OK, write.status());
        world.kill(new Random(1));
        world.device(column(1)).lose();
        world.assemble();
        assertArrayEquals("the log vouches for it", element(after, 1), readElement(1));
    }

    @Test
    public void waitsForTheLogWhereThatHasNotToldWhatWasThere() {
        logEndsIn(IoStatus.BUSY, COLUMNS);
        final Blocked write = begin();
        assertNull(write.status());
        for (int element = 0; element < COLUMNS - 1; element++) {
            assertArrayEquals(new byte[BLOCK], onMedia(element));
        }
        world.kill(new Random(2));
    }

    @Test
    public void isNothingThatTheLogVouchesForBeforeItHasEnded() {
        announce();
        logEndsIn(IoStatus.BUSY, COLUMNS);
        assertNull(begin().status());
        world.kill(new Random(3));
        world.device(column(1)).lose();
        world.assemble();
        assertArrayEquals(element(after, 0), readElement(0));
        assertEquals(
                "neither what it held nor what it was to hold, as far as the log knows",
                IoStatus.IO_ERROR,
                Blocks.readStatus(world.sim(), world.set(), at(1), BLOCK));
        assertArrayEquals(element(after, 2), readElement(2));
    }

    @Test
    public void isThereWhenTheMemberDiesBeforeItHasEndedAndNoDeviceIsLost() {
        announce();
        logEndsIn(IoStatus.BUSY, COLUMNS);
        assertNull(begin().status());
        world.kill(new Random(4));
        world.assemble();
        world.assertConsistent();
        for (int element = 0; element < COLUMNS - 1; element++) {
            assertArrayEquals(element(after, element), readElement(element));
        }
    }

    @Test
    public void endsWellWhenALogColumnFailsAndAnotherTakesItsPlace() {
        announce();
        logEndsIn(IoStatus.IO_ERROR, 1);
        assertEquals(IoStatus.OK, begin().status());
        for (int element = 0; element < COLUMNS - 1; element++) {
            assertArrayEquals(element(after, element), readElement(element));
        }
    }

    @Test
    public void isRefusedWhenItCannotBeLogged() {
        announce();
        logEndsIn(IoStatus.IO_ERROR, COLUMNS);
        final Blocked write = begin();
        assertEquals(IoStatus.OFFLINE, write.status());
    }
}
