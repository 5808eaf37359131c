package org.isobar.raid;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.common.buffer.Buffers;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.LostBuffers;
import org.isobar.testkit.Simulation;
import org.junit.Rule;
import org.junit.Test;

/** Sequential writes of parts of stripes: which are made as whole stripes, which wait for nothing, and how errors are told. */
public class WriteStreamTest {
    private static final int STRIP = SetWorld.STRIP_BYTES;
    private static final int COLUMNS = 5;
    private static final int STRIPE = (COLUMNS - 1) * STRIP;

    @Rule
    public final LostBuffers lostBuffers = new LostBuffers();

    private final Random random = new Random(7);
    private SetWorld world = new SetWorld(3, "5", COLUMNS);
    private int reads;
    private int writes;

    private void count() {
        reads = 0;
        writes = 0;
        for (int column = 0; column < COLUMNS; column++) {
            final long data = world.media(column).layout().chunkletOffset(world.chunklet(column));
            world.device(column).failWhen(request -> {
                count(request, data);
                return false;
            });
        }
    }

    private void count(final IoRequest request, final long data) {
        final boolean inData = request.offsetBytes() >= data && request.offsetBytes() < data + SetWorld.CHUNKLET_BYTES;
        reads += inData && request.op() == IoOp.READ ? 1 : 0;
        writes += inData && request.op() == IoOp.WRITE ? 1 : 0;
    }

    private List<Blocked> writes(final int from, final int length, final int number) {
        final List<Blocked> list = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            list.add(write(from + i * length, length));
        }
        return list;
    }

    private Blocked write(final int at, final int length) {
        final byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return new Blocked(world, at, bytes);
    }

    private static void assertAll(final IoStatus status, final List<Blocked> list) {
        for (final Blocked one : list) {
            assertEquals(status, one.status());
        }
    }

    private void assertHolds(final List<Blocked> list) {
        for (final Blocked one : list) {
            assertArrayEquals(one.bytes(), Blocks.read(world.sim(), world.set(), one.offset(), one.bytes().length));
        }
        world.assertConsistent();
        world.assertAtRest();
    }

    @Test
    public void makesWholeStripesOfWhatComesWhileOthersAreOnTheirWay() {
        count();
        final List<Blocked> stream = writes(0, STRIP, 4 * 8);
        stream.forEach(Blocked::start);
        world.sim().run();
        assertAll(IoStatus.OK, stream);
        // The first, the second, and the other two of their stripe; then seven whole stripes.
        assertEquals(7 * COLUMNS, writes - (2 + 2 + 3));
        assertTrue("reads: " + reads, reads <= 2 * 2 + 2);
        assertHolds(stream);
    }

    @Test
    public void makesWholeStripesOfPiecesThatDoNotDivideThem() {
        final List<Blocked> stream = writes(0, 3 * STRIP, 4);
        count();
        stream.forEach(Blocked::start);
        world.sim().run();
        assertAll(IoStatus.OK, stream);
        assertHolds(stream);
        assertTrue("writes: " + writes, writes <= 4 + 4 + 2 * COLUMNS);
    }

    @Test
    public void holdsNothingOfAStreamThatSendsOneAtATime() {
        for (final Blocked one : writes(0, STRIP, 9)) {
            count();
            one.start();
            world.sim().run();
            assertEquals(IoStatus.OK, one.status());
            assertEquals("on its way at once", 2, writes);
        }
    }

    @Test
    public void letsShortWritesGoSideBySideUnlessTheyMakeAStripe() {
        world = new SetWorld(new Simulation(5), "5", COLUMNS, 4 * STRIP, 0);
        final List<Blocked> before = writes(0, STRIP, 64);
        before.forEach(Blocked::start);
        world.sim().run();
        for (int column = 0; column < COLUMNS; column++) {
            world.device(column).latency(1_000_000, 1_000_000);
        }
        final List<Blocked> few = writes(64 * STRIP, STRIP, 4);
        count();
        few.forEach(Blocked::start);
        world.sim().runUntil(() -> reads > 0);
        world.sim().runFor(500_000);
        assertEquals("data and redundancy of each", 2 * 4, reads);
        world.sim().run();
        assertAll(IoStatus.OK, few);
        assertHolds(few);
    }

    @Test
    public void letsTheRestOfAStreamGoWhenNothingIsOnItsWay() {
        final List<Blocked> stream = writes(STRIPE, STRIP, 6);
        stream.forEach(Blocked::start);
        world.sim().run();
        assertAll(IoStatus.OK, stream);
        assertHolds(stream);
    }

    @Test
    public void holdsNothingThatIsNoStream() {
        final List<Blocked> others = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            others.add(write(i * STRIPE + i % 4 * STRIP, STRIP));
        }
        count();
        others.forEach(Blocked::start);
        world.sim().run();
        assertAll(IoStatus.OK, others);
        assertEquals(2 * 12, writes);
        assertHolds(others);
    }

    @Test
    public void tellsEachStreamFromTheOthers() {
        final List<List<Blocked>> streams = new ArrayList<>();
        for (int stream = 0; stream < 4; stream++) {
            streams.add(writes(stream * 4 * STRIPE, STRIP, 16));
        }
        count();
        for (int i = 0; i < 16; i++) {
            for (final List<Blocked> stream : streams) {
                stream.get(i).start();
            }
        }
        world.sim().run();
        for (final List<Blocked> stream : streams) {
            assertAll(IoStatus.OK, stream);
            assertHolds(stream);
        }
        assertTrue("writes: " + writes, writes <= 4 * (2 + 2 + 3 + 3 * COLUMNS));
    }

    @Test
    public void holdsNoWriteThatIsToBeOnStableMedia() {
        final List<Blocked> stream = writes(0, STRIP, 8);
        stream.get(0).start();
        stream.get(1).start();
        for (final Blocked one : stream.subList(2, 8)) {
            one.startDurably();
        }
        count();
        world.sim().run();
        assertAll(IoStatus.OK, stream);
        assertEquals(2 * 8, writes);
        assertHolds(stream);
    }

    @Test
    public void failsOnlyThoseThatMustWhenAStripeFails() {
        writeStripes(3);
        // Neither of two blocks in a row can be read, so nobody can write a part of one.
        world.corrupt(2, 0, 2, 5);
        world.corrupt(2, 0, 3, 5);
        final List<Blocked> stream = writes(0, STRIP + 512, 9);
        stream.forEach(Blocked::start);
        world.sim().run();
        assertEquals(IoStatus.IO_ERROR, stream.get(8).status());
        assertAll(IoStatus.OK, stream.subList(0, 8));
        for (final Blocked one : stream.subList(0, 8)) {
            assertArrayEquals(one.bytes(), Blocks.read(world.sim(), world.set(), one.offset(), one.bytes().length));
        }
    }

    private void writeStripes(final int number) {
        final List<Blocked> stripes = writes(0, STRIPE, number);
        stripes.forEach(Blocked::start);
        world.sim().run();
        assertAll(IoStatus.OK, stripes);
    }

    @Test
    public void tellsAllThatAreHeldWhenTheSetGoesOffline() {
        final List<Blocked> stream = writes(0, STRIP, 7);
        stream.forEach(Blocked::start);
        world.sim().onLane(0, () -> {
            world.set().detach(0);
            world.set().detach(1);
        });
        world.sim().run();
        assertAll(IoStatus.OFFLINE, stream.subList(2, 7));
    }

    @Test
    public void isBusyForAllThatAreHeldWhenTooManyRequestsAreOnTheirWay() {
        final List<Blocked> stream = writes(0, STRIP, 8);
        stream.subList(0, 7).forEach(Blocked::start);
        final ByteBuf buffer = Buffers.allocate(STRIP);
        final List<IoStatus> ends = new ArrayList<>();
        final int others = EngineSettings.DEFAULT.laneRequests() - 3;
        for (int i = 0; i < others; i++) {
            world.sim().onLane(1, () -> {
                final IoRequest read = new IoRequest() {
                    @Override
                    protected void completed(final IoStatus status) {
                        ends.add(status);
                    }
                };
                read.read(world.sim().lanes().lane(1), 8 * STRIPE, STRIP, buffer, 0);
                world.set().submit(read);
            });
        }
        stream.get(7).start();
        world.sim().run();
        assertAll(IoStatus.OK, stream.subList(0, 4));
        assertAll(IoStatus.BUSY, stream.subList(4, 8));
        assertEquals(Collections.nCopies(others, IoStatus.OK), ends);
        buffer.release();
        final List<Blocked> more = writes(8 * STRIP, STRIP, 1);
        more.forEach(Blocked::start);
        final List<Blocked> again = writes(4 * STRIP, STRIP, 4);
        again.forEach(Blocked::start);
        world.sim().run();
        assertAll(IoStatus.OK, more);
        assertAll(IoStatus.OK, again);
        assertHolds(again);
    }

    @Test
    public void copiesNoMoreAtATimeThanALaneMay() {
        final LaneWork work =
                new LaneWork(world.sim().lanes().lane(1), world.sim().clock(), EngineSettings.DEFAULT);
        assertTrue(work.takeCopy(LaneWork.COPIED_BYTES_MAX - STRIPE));
        final WriteStream stream = new WriteStream((AssembledSet) world.set(), work, new ArrayDeque<>());
        final List<Blocked> pieces = writes(0, STRIP, 8);
        count();
        world.sim().onLane(1, () -> {
            for (final Blocked piece : pieces) {
                piece.setUp();
                stream.add(piece);
            }
        });
        world.sim().run();
        assertEquals("one by itself, three together, and four for which there was no copy", 2 + 4 + 4 * 2, writes);
        assertAll(IoStatus.OK, pieces);
        assertHolds(pieces);
        assertTrue("what was copied may be copied again", work.takeCopy(STRIPE));
        assertFalse(work.takeCopy(1));
    }

    @Test
    public void endsWhatIsHeldBeforeItCloses() {
        final List<Blocked> stream = writes(0, STRIP, 7);
        stream.forEach(Blocked::start);
        final CompletableFuture<Void> closed = new CompletableFuture<>();
        world.sim().onLane(1, () -> {
            assertNull(stream.get(6).status());
            world.sim().onLane(0, () -> world.set().close().whenComplete((done, failure) -> {
                assertNotNull("closed before all had ended", stream.get(6).status());
                closed.complete(null);
            }));
        });
        world.sim().await(closed);
        assertAll(IoStatus.OK, stream);
    }

    @Test
    public void goesPastTheLogInWholeStripesAndLeavesTheRestToIt() {
        logged();
        count();
        final List<Blocked> stream = writes(0, STRIP, 4 * 8);
        stream.forEach(Blocked::start);
        world.sim().runUntil(() -> stream.stream().allMatch(one -> one.status() != null));
        assertAll(IoStatus.OK, stream);
        assertEquals("the first stripe is kept in the log", 7 * COLUMNS, writes);
        assertEquals(0, reads);
        world.sim().runFor(60_000_000_000L);
        assertHolds(stream);
    }

    @Test
    public void leavesShortWritesToTheLogWhenTheyMakeNoWholeStripe() {
        world = new SetWorld(new Simulation(5), "5", COLUMNS, 4 * STRIP, (2 + 64 * 8L) * STRIP, true);
        count();
        final List<Blocked> stream = writes(0, 2 * STRIP, 3 * 8 + 7);
        stream.forEach(Blocked::start);
        world.sim().runUntil(() -> stream.stream().allMatch(one -> one.status() != null));
        assertAll(IoStatus.OK, stream);
        assertEquals(2 * COLUMNS, writes);
        world.sim().runFor(60_000_000_000L);
        assertHolds(stream);
    }

    @Test
    public void waitsForTheNextBurstWhereThereIsALog() {
        logged();
        count();
        final List<Blocked> stream = deepStream();
        final List<Blocked> more = writes((4 * 4 + 2) * STRIP, STRIP, 6);
        for (final Blocked one : more) {
            assertNull("held, though nothing is on its way", stream.get(17).status());
            world.sim().runFor(WriteStream.LINGER_NS / 10);
            one.start();
        }
        assertTrue(endsTogether(more));
        assertAll(IoStatus.OK, stream);
        assertAll(IoStatus.OK, more);
        assertEquals("the first stripe is kept in the log", 5 * COLUMNS, writes);
        world.sim().runFor(60_000_000_000L);
        assertHolds(stream);
        assertHolds(more);
    }

    @Test
    public void waitsOnceForWhatDoesNotCome() {
        logged();
        final List<Blocked> stream = deepStream();
        world.sim().runFor(WriteStream.LINGER_NS / 2);
        assertNull(stream.get(16).status());
        world.sim().runFor(WriteStream.LINGER_NS + 20_000_000);
        assertAll(IoStatus.OK, stream);
        final Blocked next = writes((4 * 4 + 2) * STRIP, STRIP, 1).get(0);
        final long before = world.sim().clock().nanoTime();
        next.start();
        assertTrue(endsTogether(List.of(next)));
        assertTrue("nobody is waited for any more", world.sim().clock().nanoTime() - before < WriteStream.LINGER_NS);
    }

    @Test
    public void waitsForNothingWhereThereIsNoLog() {
        quickDevices();
        final List<Blocked> stream = deepStream();
        final long before = world.sim().clock().nanoTime();
        assertTrue(endsTogether(stream));
        assertTrue(world.sim().clock().nanoTime() - before < WriteStream.LINGER_NS);
        assertHolds(stream);
    }

    @Test
    public void closesAfterWhatWaitsForMore() {
        logged();
        final List<Blocked> stream = deepStream();
        assertNull(stream.get(17).status());
        quickDevices();
        final CompletableFuture<Void> closed = new CompletableFuture<>();
        world.sim().onLane(0, () -> world.set().close().whenComplete((done, failure) -> {
            assertNotNull("closed before all had ended", stream.get(17).status());
            closed.complete(null);
        }));
        world.sim().await(closed);
        assertAll(IoStatus.OK, stream);
    }

    /** Four stripes of pieces that have ended, and two more that have come. */
    private List<Blocked> deepStream() {
        final List<Blocked> stream = writes(0, STRIP, 4 * 4 + 2);
        stream.forEach(Blocked::start);
        assertTrue(endsTogether(stream.subList(0, 16)));
        return stream;
    }

    /** Whose stripes were written before, and of whose log nothing is in use. */
    private void logged() {
        world = new SetWorld(new Simulation(5), "5", COLUMNS, STRIP, (2 + 64 * 8L) * STRIP, true);
        writeStripes(8);
        world.sim().runFor(60_000_000_000L);
    }

    /** They end long before anybody is no longer waited for. */
    private void quickDevices() {
        for (int column = 0; column < COLUMNS; column++) {
            world.device(column).latency(1_000, 1_000);
        }
    }

    /** Lets the world go on until they have ended, and no longer. */
    private boolean endsTogether(final List<Blocked> list) {
        world.sim().runUntil(() -> list.stream().allMatch(one -> one.status() != null));
        return list.stream().allMatch(one -> one.status() != null);
    }
}
