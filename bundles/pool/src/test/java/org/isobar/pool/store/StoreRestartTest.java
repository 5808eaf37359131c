package org.isobar.pool.store;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.netty.util.ResourceLeakDetector;
import java.util.List;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.member.MemberInfo;
import org.isobar.api.pool.PageSpace;
import org.isobar.common.lane.Lane;
import org.isobar.testkit.Blocks;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;
import org.junit.function.ThrowingRunnable;

public class StoreRestartTest {
    private static final int PAGE = StoreWorld.PAGE_BYTES;
    private static final long SIZE = 16L * PAGE;

    /** Slots are opened ten at a time, so that not every first write brings a durable record of its own. */
    private final StoreWorld world = StoreWorld.serving(2, 3, 12, 1 << 20);

    private static ResourceLeakDetector.Level leakLevel;

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

    @Test
    public void findsEverythingAgainAfterAStop() {
        final PageSpace space = world.space(1, SIZE);
        Blocks.write(world.sim(), space, 5L * PAGE, PageSpaceIoTest.pattern(512, 9));
        world.sim().await(world.catalog().put("volumes", "one", new byte[] {1, 2}));
        world.restartInOrder();
        final PageSpace again = world.pages().find(1).orElseThrow();
        assertEquals(SIZE, again.sizeBytes());
        assertEquals(StoreWorld.POOL, again.pool());
        assertArrayEquals(PageSpaceIoTest.pattern(512, 9), Blocks.read(world.sim(), again, 5L * PAGE, 512));
        assertArrayEquals(new byte[] {1, 2}, world.catalog().all("volumes").get("one"));
    }

    @Test
    public void keepsACompletedFirstWriteWhenTheProcessIsKilled() {
        final PageSpace space = world.space(1, SIZE);
        Blocks.write(world.sim(), space, 0, PageSpaceIoTest.pattern(512, 9));
        world.kill();
        assertArrayEquals(
                PageSpaceIoTest.pattern(512, 9),
                Blocks.read(world.sim(), world.pages().find(1).orElseThrow(), 0, 512));
    }

    @Test
    public void keepsADurableFirstWriteWhenThePowerIsLost() {
        final PageSpace space = world.space(1, SIZE);
        assertEquals(IoStatus.OK, Blocks.writeDurable(world.sim(), space, 0, PageSpaceIoTest.pattern(512, 9)));
        world.loseAllUnstable();
        assertArrayEquals(
                PageSpaceIoTest.pattern(512, 9),
                Blocks.read(world.sim(), world.pages().find(1).orElseThrow(), 0, 512));
    }

    /** The map record of the first write is not durable by itself; the second write must make it so. */
    @Test
    public void keepsADurableSecondWriteWhenThePowerIsLost() {
        final PageSpace space = world.space(1, SIZE);
        Blocks.write(world.sim(), space, 0, PageSpaceIoTest.pattern(512, 8));
        assertEquals(IoStatus.OK, Blocks.writeDurable(world.sim(), space, 512, PageSpaceIoTest.pattern(512, 9)));
        world.loseAllUnstable();
        assertArrayEquals(
                PageSpaceIoTest.pattern(512, 9),
                Blocks.read(world.sim(), world.pages().find(1).orElseThrow(), 512, 512));
    }

    @Test
    public void losesAFirstWriteThatNothingMadeStable() {
        Blocks.write(world.sim(), world.space(1, SIZE), 0, PageSpaceIoTest.pattern(512, 8));
        world.loseAllUnstable();
        assertArrayEquals(
                new byte[512], Blocks.read(world.sim(), world.pages().find(1).orElseThrow(), 0, 512));
    }

    @Test
    public void keepsAFlushedFirstWriteWhenThePowerIsLost() {
        final PageSpace space = world.space(1, SIZE);
        Blocks.write(world.sim(), space, 0, PageSpaceIoTest.pattern(512, 8));
        assertEquals(IoStatus.OK, Blocks.flush(world.sim(), space));
        world.loseAllUnstable();
        assertArrayEquals(
                PageSpaceIoTest.pattern(512, 8),
                Blocks.read(world.sim(), world.pages().find(1).orElseThrow(), 0, 512));
    }

    /** What was completed before a kill is flushed by the first flush after it. */
    @Test
    public void keepsWhatWasWrittenBeforeAKillAndFlushedAfterIt() {
        Blocks.write(world.sim(), world.space(1, SIZE), 0, PageSpaceIoTest.pattern(512, 8));
        world.kill();
        assertEquals(
                IoStatus.OK, Blocks.flush(world.sim(), world.pages().find(1).orElseThrow()));
        world.loseAllUnstable();
        assertArrayEquals(
                PageSpaceIoTest.pattern(512, 8),
                Blocks.read(world.sim(), world.pages().find(1).orElseThrow(), 0, 512));
    }

    /** No set was written since its last flush, so that the unmap record alone is at stake. */
    @Test
    public void keepsAFlushedDiscardWhenThePowerIsLost() {
        final PageSpace space = world.space(1, SIZE);
        Blocks.write(world.sim(), space, 0, PageSpaceIoTest.pattern(512, 8));
        Blocks.flush(world.sim(), space);
        world.media().forEach(one -> world.device(one).failWhen(request -> request.op() == IoOp.ZERO));
        Blocks.discard(world.sim(), space, 0, PAGE);
        assertEquals(IoStatus.OK, Blocks.flush(world.sim(), space));
        world.loseAllUnstable();
        assertFalse(world.pages().find(1).orElseThrow().allocated(0));
    }

    @Test
    public void keepsADurableZeroOfAPageWhenThePowerIsLost() {
        final PageSpace space = world.space(1, SIZE);
        Blocks.write(world.sim(), space, 0, PageSpaceIoTest.pattern(512, 8));
        Blocks.flush(world.sim(), space);
        world.media().forEach(one -> world.device(one).failWhen(request -> request.op() == IoOp.ZERO));
        assertEquals(IoStatus.OK, Blocks.zero(world.sim(), space, 0, PAGE));
        assertEquals(IoStatus.OK, zeroDurably(space, 512));
        world.loseAllUnstable();
        assertArrayEquals(
                new byte[PAGE], Blocks.read(world.sim(), world.pages().find(1).orElseThrow(), 0, PAGE));
    }

    private IoStatus zeroDurably(final PageSpace space, final long lengthBytes) {
        final IoStatus[] ended = new IoStatus[1];
        final IoRequest request = new IoRequest() {
            @Override
            protected void completed(final IoStatus status) {
                ended[0] = status;
            }
        };
        final Lane lane = world.sim().lanes().lane(1);
        lane.execute(() -> {
            request.zero(lane, 0, lengthBytes, true);
            space.submit(request);
        });
        world.sim().runUntil(() -> ended[0] != null);
        return ended[0];
    }

    /** The power may take the map record of a page but not its data: the slot must not go to the next page as it is. */
    @Test
    public void neverHandsOutASlotThatIsNotZeroAfterALossOfPower() {
        for (int seed = 0; seed < 40; seed++) {
            final StoreWorld other = StoreWorld.serving(seed, 3, 12);
            final PageSpace space = other.space(1, SIZE);
            for (long page = 0; page < 8; page++) {
                Blocks.write(other.sim(), space, page * PAGE, PageSpaceIoTest.pattern(PAGE, 77));
            }
            other.losePower();
            final PageSpace fresh = other.space(2, SIZE);
            for (long page = 0; page < 16; page++) {
                Blocks.write(other.sim(), fresh, page * PAGE, PageSpaceIoTest.pattern(512, 5));
                assertArrayEquals(
                        "seed=" + seed,
                        new byte[PAGE - 512],
                        Blocks.read(other.sim(), fresh, page * PAGE + 512, PAGE - 512));
            }
        }
    }

    @Test
    public void goesOnDeletingAVolumeAfterAKill() {
        final PageSpace space = world.space(1, SIZE);
        for (long page = 0; page < 16; page++) {
            Blocks.write(world.sim(), space, page * PAGE, PageSpaceIoTest.pattern(512, 5));
        }
        final var deleted = world.pages().delete(1).toCompletableFuture();
        world.sim()
                .runUntil(() -> world.store()
                                .parts()
                                .state()
                                .space(1)
                                .map(SpaceState::deleting)
                                .orElse(true)
                        || deleted.isDone());
        world.kill();
        world.sim().run();
        assertTrue(world.pages().find(1).isEmpty());
        assertEquals(0, world.pools().pool(StoreWorld.POOL).orElseThrow().usedBytes());
        world.sim().await(world.pools().delete(StoreWorld.POOL));
        assertTrue(world.pools().usage().stream().allMatch(device -> device.freeChunklets() == 12));
    }

    @Test
    public void refusesCallsUntilItServes() {
        world.sim().restart();
        world.media().forEach(one -> one.kill(world.sim().random()));
        world.launch(world.media());
        assertFalse(world.pages().whenServing().toCompletableFuture().isDone());
        assertTrue(world.pages().find(1).isEmpty());
        unavailable(() -> world.sim().await(world.pages().create(1, SIZE, PAGE, StoreWorld.POOL)));
        unavailable(() -> world.catalog().all("volumes"));
        unavailable(() -> world.pools().pools());
        world.sim().await(world.pages().whenServing());
        assertEquals(1, world.pools().pools().size());
    }

    @Test
    public void waitsForAMajorityOfItsDevicesAndSaysWhichAreMissing() {
        world.sim().restart();
        world.media().forEach(one -> one.kill(world.sim().random()));
        world.launch(List.of(world.media().get(0)));
        world.sim().run();
        final MemberInfo waiting = world.store().info();
        assertEquals(MemberInfo.State.WAITING, waiting.state());
        assertTrue(
                waiting.message(),
                waiting.message().contains(world.media().get(2).uuid().toString()));
        world.directory().add(world.device(world.media().get(1)));
        world.sim().run();
        assertEquals(MemberInfo.State.STARTING, world.store().info().state());
        world.directory().add(world.device(world.media().get(2)));
        world.sim().await(world.pages().whenServing());
        assertEquals(MemberInfo.State.SERVING, world.store().info().state());
    }

    @Test
    public void startsWithoutADeviceThatStaysAwayAndTakesItInLater() {
        final PageSpace space = world.space(1, SIZE);
        Blocks.write(world.sim(), space, 0, PageSpaceIoTest.pattern(512, 5));
        world.sim().restart();
        world.media().forEach(one -> one.kill(world.sim().random()));
        world.launch(world.media().subList(0, 2));
        world.sim().await(world.pages().whenServing());
        world.sim().run();
        final PageSpace again = world.pages().find(1).orElseThrow();
        assertFalse(again.available());
        assertFalse(world.store().info().warnings().isEmpty());
        world.directory().add(world.device(world.media().get(2)));
        world.sim().run();
        assertTrue(again.available());
        assertArrayEquals(PageSpaceIoTest.pattern(512, 5), Blocks.read(world.sim(), again, 0, 512));
    }

    @Test
    public void saysSoWhenThereIsNoDeviceYet() {
        final StoreWorld empty = new StoreWorld(3, 0, 1);
        empty.launch(List.of());
        empty.sim().run();
        assertEquals(MemberInfo.State.EMPTY, empty.store().info().state());
        empty.addDevice(12);
        empty.sim().await(empty.pages().whenServing());
    }

    @Test
    public void triesSetsAgainThatCouldNotBeAssembled() {
        final PageSpace space = world.space(1, SIZE);
        Blocks.write(world.sim(), space, 0, PageSpaceIoTest.pattern(512, 5));
        world.sim().restart();
        world.media().forEach(one -> one.kill(world.sim().random()));
        world.launch(world.media());
        world.engine().refuse(true);
        world.sim().await(world.pages().whenServing());
        final PageSpace again = world.pages().find(1).orElseThrow();
        assertEquals(IoStatus.OFFLINE, Blocks.readStatus(world.sim(), again, 0, 512));
        world.engine().refuse(false);
        world.sim().runFor(1_000_000_000L);
        assertArrayEquals(PageSpaceIoTest.pattern(512, 5), Blocks.read(world.sim(), again, 0, 512));
    }

    @Test
    public void servesNothingOnceItsMetadataCannotBeKept() {
        final PageSpace space = world.space(1, SIZE);
        Blocks.write(world.sim(), space, 0, PageSpaceIoTest.pattern(512, 5));
        world.media().forEach(one -> world.device(one).failAll(true));
        final IoStatus first = Blocks.write(world.sim(), space, PAGE, PageSpaceIoTest.pattern(512, 5));
        assertTrue(first.toString(), first == IoStatus.OFFLINE || first == IoStatus.IO_ERROR);
        assertEquals(MemberInfo.State.FENCED, world.store().info().state());
        world.media().forEach(one -> world.device(one).failAll(false));
        assertEquals(IoStatus.OFFLINE, Blocks.readStatus(world.sim(), space, 0, 512));
        unavailable(() -> world.sim().await(world.catalog().put("t", "k", new byte[1])));
    }

    private static void unavailable(final ThrowingRunnable call) {
        assertEquals(
                StorageException.Code.UNAVAILABLE,
                assertThrows(StorageException.class, call).code());
    }
}
