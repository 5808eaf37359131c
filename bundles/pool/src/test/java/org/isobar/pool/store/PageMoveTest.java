package org.isobar.pool.store;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.netty.util.ResourceLeakDetector;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoStatus;
import org.isobar.api.pool.PageSpace;
import org.isobar.testkit.Blocks;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/** A page of four pieces goes from pool P to pool Q. */
public class PageMoveTest {
    private static final int PAGE = 1 << 20;
    private static final String TO = "Q";
    private static final long MS = 1_000_000;
    private static final long STEP_NS = MS / 50;

    private static ResourceLeakDetector.Level leakLevel;

    private final StoreWorld world = StoreWorld.serving(4, 3, 24, 1 << 20);
    private PageSpace space;

    public PageMoveTest() {
        world.sim().await(world.pools().create(TO, StripedEngine.LEVEL));
        space = world.sim().await(world.pages().create(1, 8L * PAGE + 4096, PAGE, StoreWorld.POOL));
        write(0, PageSpaceIoTest.pattern(PAGE, 1));
        write(3L * PAGE, PageSpaceIoTest.pattern(PAGE, 2));
    }

    /** A process that dies takes its buffers with it; here they are left to the garbage collector. */
    @BeforeClass
    public static void expectLostBuffers() {
        leakLevel = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterClass
    public static void watchBuffersAgain() {
        ResourceLeakDetector.setLevel(leakLevel);
    }

    @After
    public void stop() {
        world.stop();
    }

    @Test
    public void movesAPageAndFreesTheSlotItLayIn() {
        assertTrue(world.sim().await(world.pages().move(1, 0, TO)));
        assertEquals(TO, space.poolOf(0));
        assertEquals(StoreWorld.POOL, space.poolOf(3));
        assertNull(space.poolOf(1));
        assertEquals(Map.of(StoreWorld.POOL, (long) PAGE, TO, (long) PAGE), space.bytesByPool());
        assertEquals(3, space.nextOutside(TO, 0));
        assertEquals(9, space.nextOutside(TO, 4));
        assertArrayEquals(PageSpaceIoTest.pattern(PAGE, 1), Blocks.read(world.sim(), space, 0, PAGE));
        assertSpace(1, 1);
    }

    @Test
    public void findsTheMovedPageAgainAfterAPowerLoss() {
        assertEquals(IoStatus.OK, Blocks.flush(world.sim(), space));
        world.sim().await(world.pages().move(1, 0, TO));
        world.loseAllUnstable();
        space = world.pages().find(1).orElseThrow();
        assertEquals(TO, space.poolOf(0));
        assertArrayEquals(PageSpaceIoTest.pattern(PAGE, 1), Blocks.read(world.sim(), space, 0, PAGE));
        assertSpace(1, 1);
    }

    @Test
    public void hasNothingToDoForAPageWithoutASlotOrThereAlready() {
        assertFalse(world.sim().await(world.pages().move(1, 1, TO)));
        assertFalse(world.sim().await(world.pages().move(1, 0, StoreWorld.POOL)));
    }

    @Test
    public void refusesWhatCannotBe() {
        fails(StorageException.Code.NOT_FOUND, world.pages().move(1, 0, "Z"));
        fails(StorageException.Code.NOT_FOUND, world.pages().move(9, 0, TO));
        fails(StorageException.Code.INVALID, world.pages().move(1, 9, TO));
        fails(StorageException.Code.INVALID, world.pages().move(1, -1, TO));
        final CompletableFuture<Boolean> first = move(0);
        fails(StorageException.Code.CONFLICT, world.pages().move(1, 0, TO));
        assertTrue(world.sim().await(first));
    }

    @Test
    public void keepsAPoolWithAPageOfAVolumeOfAnother() {
        world.sim().await(world.pages().move(1, 0, TO));
        fails(StorageException.Code.CONFLICT, world.pools().delete(TO));
        world.sim().await(world.pages().move(1, 0, StoreWorld.POOL));
        world.sim().await(world.pools().delete(TO));
    }

    @Test
    public void keepsAPoolThatAPageIsOnItsWayTo() {
        final CompletableFuture<Boolean> moved = move(0);
        world.sim().runFor(STEP_NS);
        fails(StorageException.Code.CONFLICT, world.pools().delete(TO));
        assertTrue(world.sim().await(moved));
    }

    @Test
    public void takesNewPagesFromTheNewHome() {
        world.sim().await(world.pages().rehome(1, TO));
        write(5L * PAGE, PageSpaceIoTest.pattern(512, 3));
        assertEquals(TO, space.pool());
        assertEquals(TO, space.poolOf(5));
        world.kill();
        space = world.pages().find(1).orElseThrow();
        assertEquals(TO, space.pool());
        assertEquals(TO, space.poolOf(5));
        assertEquals(StoreWorld.POOL, space.poolOf(0));
        fails(StorageException.Code.CONFLICT, world.pools().delete(StoreWorld.POOL));
    }

    @Test
    public void losesNoWriteWheneverItComes() {
        for (int round = 1; round < 60; round++) {
            final CompletableFuture<Boolean> moved = move(round % 2 == 1 ? TO : StoreWorld.POOL, 0);
            world.sim().runFor(round * STEP_NS / 2);
            final byte[] expected = Blocks.read(world.sim(), space, 0, PAGE);
            for (int at = 0; !moved.isDone() || at == 0; at++) {
                final int offset = world.sim().random().nextInt(PAGE / 512 - 64) * 512;
                final byte[] piece =
                        PageSpaceIoTest.pattern(512 * (1 + world.sim().random().nextInt(64)), at + round);
                System.arraycopy(piece, 0, expected, offset, piece.length);
                write(offset, piece);
                assertArrayEquals(piece, Blocks.read(world.sim(), space, offset, piece.length));
            }
            assertTrue(world.sim().await(moved));
            assertArrayEquals("round " + round, expected, Blocks.read(world.sim(), space, 0, PAGE));
        }
        assertSpace(1, 1);
    }

    /** A change may still be under way in the slot that the page came to when a next move copies it from there. */
    @Test
    public void losesNoWriteWhenMoveFollowsMove() {
        final byte[] expected = Blocks.read(world.sim(), space, 0, PAGE);
        world.media().forEach(medium -> world.device(medium).latency(MS / 100, 10 * MS));
        final AtomicInteger left = new AtomicInteger(300);
        world.sim().onLane(0, () -> moveToAndFro(left));
        for (int at = 0; left.get() > 0; at++) {
            final int offset = world.sim().random().nextInt(PAGE / 512 - 64) * 512;
            final byte[] piece =
                    PageSpaceIoTest.pattern(512 * (1 + world.sim().random().nextInt(64)), at);
            System.arraycopy(piece, 0, expected, offset, piece.length);
            write(offset, piece);
        }
        world.sim().run();
        assertArrayEquals(expected, Blocks.read(world.sim(), space, 0, PAGE));
    }

    private void moveToAndFro(final AtomicInteger left) {
        if (left.getAndDecrement() > 0) {
            final String to = StoreWorld.POOL.equals(space.poolOf(0)) ? TO : StoreWorld.POOL;
            world.pages().move(1, 0, to).whenComplete((done, failure) -> moveToAndFro(left));
        }
    }

    @Test
    public void losesNothingWheneverThePowerGoes() {
        for (int steps = 0; steps < 120; steps++) {
            final String to = StoreWorld.POOL.equals(space.poolOf(0)) ? TO : StoreWorld.POOL;
            final byte[] expected = PageSpaceIoTest.pattern(PAGE, steps);
            write(0, expected);
            assertEquals(IoStatus.OK, Blocks.flush(world.sim(), space));
            final CompletableFuture<Boolean> moved = move(to, 0);
            world.sim().runFor(steps * STEP_NS);
            final int at = world.sim().random().nextInt(PAGE / 512) * 512;
            final byte[] late = PageSpaceIoTest.pattern(512, steps + 7);
            assertEquals(IoStatus.OK, Blocks.writeDurable(world.sim(), space, at, late));
            System.arraycopy(late, 0, expected, at, late.length);
            final boolean done = moved.isDone();
            world.losePower();
            space = world.pages().find(1).orElseThrow();
            if (done) {
                assertEquals(to, space.poolOf(0));
            }
            assertArrayEquals("steps " + steps, expected, Blocks.read(world.sim(), space, 0, PAGE));
            world.sim().run();
            assertEquals(2L * PAGE, used(StoreWorld.POOL) + used(TO));
        }
    }

    @Test
    public void givesUpForAPageThatIsFreed() {
        for (int steps = 0; steps < 100; steps += 3) {
            write(0, PageSpaceIoTest.pattern(PAGE, steps + 1));
            final CompletableFuture<Boolean> moved =
                    move(StoreWorld.POOL.equals(space.poolOf(0)) ? TO : StoreWorld.POOL, 0);
            world.sim().runFor(steps * STEP_NS);
            assertEquals(IoStatus.OK, Blocks.discard(world.sim(), space, 0, PAGE));
            assertFalse(space.allocated(0));
            assertTrue(moved.isDone());
            assertArrayEquals(new byte[PAGE], Blocks.read(world.sim(), space, 0, PAGE));
        }
        assertSpace(1, 0);
    }

    @Test
    public void goesOnForAVolumeThatGrowsAndZeroesInBothPlaces() {
        final CompletableFuture<Boolean> moved = move(0);
        world.sim().runUntil(this::copying);
        assertFalse(moved.isDone());
        world.sim().await(world.pages().grow(1, 20L * PAGE));
        assertEquals(IoStatus.OK, Blocks.zero(world.sim(), space, 4096, PAGE / 2));
        assertTrue(world.sim().await(moved));
        final byte[] expected = PageSpaceIoTest.pattern(PAGE, 1);
        Arrays.fill(expected, 4096, 4096 + PAGE / 2, (byte) 0);
        assertArrayEquals(expected, Blocks.read(world.sim(), space, 0, PAGE));
    }

    @Test
    public void leavesNothingBehindOfADeletedVolume() {
        final CompletableFuture<Boolean> moved = move(0);
        world.sim().runUntil(this::copying);
        world.sim().await(world.pages().delete(1));
        assertTrue(moved.isCompletedExceptionally());
        assertSpace(0, 0);
        world.sim().await(world.pools().delete(TO));
        world.sim().await(world.pools().delete(StoreWorld.POOL));
    }

    @Test
    public void keepsThePageWhereItIsWhenTheOtherPoolFails() {
        for (final IoOp op : new IoOp[] {IoOp.WRITE, IoOp.FLUSH}) {
            final CompletableFuture<Boolean> moved = move(0);
            world.sim().runUntil(this::copying);
            final StripedSet set = targetSet();
            set.refuse(op, IoStatus.IO_ERROR);
            write(4096, PageSpaceIoTest.pattern(512, 77));
            fails(StorageException.Code.UNAVAILABLE, moved);
            set.refuse(null, IoStatus.OK);
            assertEquals(StoreWorld.POOL, space.poolOf(0));
            assertArrayEquals(PageSpaceIoTest.pattern(512, 77), Blocks.read(world.sim(), space, 4096, 512));
            assertSpace(2, 0);
        }
        assertTrue(world.sim().await(world.pages().move(1, 0, TO)));
    }

    @Test
    public void keepsThePageWhereItIsWhenItCannotBeRead() {
        world.engine().sets().values().iterator().next().refuse(IoOp.READ, IoStatus.IO_ERROR);
        fails(StorageException.Code.UNAVAILABLE, world.pages().move(1, 0, TO));
        world.engine().sets().values().iterator().next().refuse(null, IoStatus.OK);
        assertArrayEquals(PageSpaceIoTest.pattern(PAGE, 1), Blocks.read(world.sim(), space, 0, PAGE));
        assertSpace(2, 0);
    }

    @Test
    public void keepsThePageWhereItIsWhenTheOtherPoolIsFull() {
        final PageSpace filler = world.sim().await(world.pages().create(2, 1L << 30, PAGE, TO));
        for (long page = 0; Blocks.write(world.sim(), filler, page * PAGE, new byte[512]) == IoStatus.OK; page++) {
            assertTrue(page < 100);
        }
        fails(StorageException.Code.NO_SPACE, world.pages().move(1, 0, TO));
        assertArrayEquals(PageSpaceIoTest.pattern(PAGE, 1), Blocks.read(world.sim(), space, 0, PAGE));
    }

    @Test
    public void flushesBothPoolsOfAVolume() {
        world.sim().await(world.pages().move(1, 0, TO));
        write(0, PageSpaceIoTest.pattern(PAGE, 5));
        write(3L * PAGE, PageSpaceIoTest.pattern(PAGE, 6));
        assertEquals(IoStatus.OK, Blocks.flush(world.sim(), space));
        world.loseAllUnstable();
        space = world.pages().find(1).orElseThrow();
        assertArrayEquals(PageSpaceIoTest.pattern(PAGE, 5), Blocks.read(world.sim(), space, 0, PAGE));
        assertArrayEquals(PageSpaceIoTest.pattern(PAGE, 6), Blocks.read(world.sim(), space, 3L * PAGE, PAGE));
    }

    @Test
    public void saysOfEitherPoolThatItCouldNotBeFlushed() {
        world.sim().await(world.pages().move(1, 0, TO));
        write(0, PageSpaceIoTest.pattern(PAGE, 5));
        targetSet().refuse(IoOp.FLUSH, IoStatus.IO_ERROR);
        assertEquals(IoStatus.IO_ERROR, Blocks.flush(world.sim(), space));
        targetSet().refuse(null, IoStatus.OK);
        assertEquals(IoStatus.OK, Blocks.flush(world.sim(), space));
    }

    /** Whether the page has its second slot. */
    private boolean copying() {
        return PageTable.moving(
                world.store().parts().state().existingSpace(1).table().entry(0));
    }

    private StripedSet targetSet() {
        return world.pools().sets().stream()
                .filter(set -> set.pool().equals(TO))
                .map(set -> world.engine().sets().get(set.info().spec().id()))
                .findFirst()
                .orElseThrow();
    }

    /** Pages in both pools, and no slot in between. */
    private void assertSpace(final long from, final long to) {
        world.sim().run();
        assertEquals(from * PAGE, used(StoreWorld.POOL));
        assertEquals(to * PAGE, used(TO));
        for (final LiveSet set : world.store().parts().sets().all()) {
            final SetState slots = set.state();
            assertEquals(0, slots.count(SetState.Slot.QUARANTINED));
            assertEquals(set.readySlots(), slots.count(SetState.Slot.OPEN));
        }
    }

    private long used(final String pool) {
        return world.pools().pool(pool).orElseThrow().usedBytes();
    }

    private CompletableFuture<Boolean> move(final long page) {
        return move(TO, page);
    }

    private CompletableFuture<Boolean> move(final String pool, final long page) {
        return world.pages().move(1, page, pool).toCompletableFuture();
    }

    private void fails(final StorageException.Code code, final CompletionStage<?> stage) {
        assertEquals(
                code,
                assertThrows(StorageException.class, () -> world.sim().await(stage))
                        .code());
    }

    private void write(final long offset, final byte[] bytes) {
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), space, offset, bytes));
    }
}
