package org.isobar.volume;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.block.IoStatus;
import org.isobar.api.pool.ClassOfService;
import org.isobar.api.pool.PoolFullness;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.PoolThresholds;
import org.isobar.api.volume.VolumeMove;
import org.isobar.testkit.Blocks;
import org.junit.Test;

public class VolumeMoveTest {
    private static final int PAGE = VolumeFixture.PAGE_BYTES;
    private static final int PAGES = 8;
    private static final long RATE = 1 << 20;
    private static final long SECOND_NS = 1_000_000_000L;

    private final VolumeFixture fixture = new VolumeFixture();
    private StoredMoves moves = open();

    public VolumeMoveTest() {
        fixture.create("v");
        for (int page = 0; page < PAGES; page++) {
            write(page);
        }
    }

    @Test
    public void movesAllPagesAndTakesNewOnesFromTheOtherPool() {
        final VolumeMove begun = await(moves.start("v", "B"));
        assertEquals("A", begun.from());
        assertEquals((long) PAGES * PAGE, begun.leftBytes());
        write(PAGES);
        arrive();
        assertEquals(Map.of("B", (PAGES + 1L) * PAGE), moves.placement("v").bytesByPool());
        assertEquals("B", fixture.volume("v").info().pool());
        assertEquals("manual", fixture.volume("v").info().policy());
        assertEquals(PAGES, moves.counters().movedPages());
        assertEquals((long) PAGES * PAGE, moves.counters().movedBytes());
        assertEquals(0, moves.counters().failedPages());
        assertTrue(fixture.store.all("volume-moves").isEmpty());
    }

    @Test
    public void copiesNoFasterThanItsBudget() {
        final long startNs = fixture.sim.clock().nanoTime();
        await(moves.start("v", "B"));
        fixture.sim.runUntil(() -> moves.moves().isEmpty());
        final long tookNs = fixture.sim.clock().nanoTime() - startNs;
        assertTrue("ns=" + tookNs, tookNs >= (PAGES - 1) * SECOND_NS * PAGE / RATE);
        assertTrue("ns=" + tookNs, tookNs <= 2 * PAGES * SECOND_NS * PAGE / RATE);
    }

    @Test
    public void refusesWhatCannotBe() {
        fails(Code.NOT_FOUND, "pool", () -> moves.start("v", "Z"));
        fails(Code.NOT_FOUND, "volume", () -> moves.start("w", "B"));
        fails(Code.NOT_FOUND, "not being moved", () -> moves.cancel("v"));
        fails(Code.NOT_FOUND, "not being moved", () -> moves.pause("v", true));
        await(moves.start("v", "B"));
        fails(Code.CONFLICT, "already", () -> moves.start("v", "A"));
        fails(Code.CONFLICT, "being moved", () -> moves.pin("v", true));
    }

    @Test
    public void leavesAPinnedVolumeWhereItIs() {
        assertTrue(await(moves.pin("v", true)).pinned());
        fails(Code.CONFLICT, "pinned", () -> moves.start("v", "B"));
        restart();
        assertTrue(moves.placement("v").pinned());
        fails(Code.CONFLICT, "pinned", () -> moves.start("v", "B"));
        assertFalse(await(moves.pin("v", false)).pinned());
        await(moves.start("v", "B"));
    }

    @Test
    public void refusesAPoolThatWouldBecomeCritical() {
        fixture.pools.set(
                VolumeFixture.FixedPools.pool("A", "10", 1024, 0),
                new PoolInfo(
                        "B",
                        "5",
                        "any",
                        1,
                        4 << 20,
                        3 << 20,
                        0,
                        0,
                        0,
                        PoolFullness.NORMAL,
                        new PoolThresholds(75, 85),
                        false,
                        0,
                        ClassOfService.UNKNOWN));
        fails(Code.NO_SPACE, "criticalPercent=85", () -> moves.start("v", "B"));
        fails(Code.NOT_FOUND, "not being moved", () -> moves.cancel("v"));
    }

    @Test
    public void pausesAndGoesOn() {
        await(moves.start("v", "B"));
        assertEquals(VolumeMove.State.PAUSED, await(moves.pause("v", true)).state());
        fixture.sim.runFor(SECOND_NS);
        final long moved = moves.counters().movedPages();
        assertTrue("moved=" + moved, moved < PAGES);
        restart();
        fixture.sim.runFor(SECOND_NS);
        assertEquals(VolumeMove.State.PAUSED, moves.moves().get(0).state());
        assertEquals(VolumeMove.State.RUNNING, await(moves.pause("v", false)).state());
        arrive();
        assertEquals(Map.of("B", (long) PAGES * PAGE), moves.placement("v").bytesByPool());
    }

    @Test
    public void leavesMovedPagesWhereTheyAreWhenItIsCancelled() {
        await(moves.start("v", "B"));
        fixture.sim.runUntil(() -> moves.counters().movedPages() == 3);
        await(moves.cancel("v"));
        fixture.sim.run();
        assertEquals(List.of(), moves.moves());
        assertEquals("A", fixture.volume("v").info().pool());
        assertEquals("A", fixture.space("v").pool());
        assertTrue(moves.placement("v").bytesByPool().get("B") >= 3L * PAGE);
        write(PAGES);
        assertEquals("A", fixture.space("v").poolOf(PAGES));
        await(moves.start("v", "A"));
        arrive();
        assertEquals(Map.of("A", (PAGES + 1L) * PAGE), moves.placement("v").bytesByPool());
    }

    @Test
    public void waitsWhileAPageCannotBeMoved() {
        fixture.store.failMoves(new StorageException(Code.NO_SPACE, "no slot in pool=B"));
        await(moves.start("v", "B"));
        fixture.sim.runFor(SECOND_NS);
        assertEquals(VolumeMove.State.WAITING, moves.moves().get(0).state());
        assertEquals("no slot in pool=B", moves.moves().get(0).message());
        assertTrue(moves.counters().failedPages() > 0);
        fixture.store.failMoves(null);
        arrive();
    }

    @Test
    public void comesBackToAPageThatWasBusy() {
        fixture.store.failMoves(new StorageException(Code.CONFLICT, "page is being freed"));
        await(moves.start("v", "B"));
        fixture.sim.runFor(SECOND_NS);
        assertEquals(VolumeMove.State.RUNNING, moves.moves().get(0).state());
        assertEquals(0, moves.counters().failedPages());
        fixture.store.failMoves(null);
        arrive();
        assertEquals(Map.of("B", (long) PAGES * PAGE), moves.placement("v").bytesByPool());
    }

    @Test
    public void forgetsTheMoveOfADeletedVolume() {
        await(moves.start("v", "B"));
        await(fixture.volumes.delete("v", false));
        fixture.sim.run();
        assertEquals(List.of(), moves.moves());
        assertTrue(fixture.store.all("volume-moves").isEmpty());
    }

    @Test
    public void arrivesWhereverTheProcessDies() {
        for (int change = 1; change < 14; change++) {
            final String to = fixture.volume("v").info().pool().equals("A") ? "B" : "A";
            fixture.store.failFrom(change);
            final CompletionStage<VolumeMove> begun = moves.start("v", to);
            fixture.sim.runFor(SECOND_NS);
            final boolean ok = begun.toCompletableFuture().isDone()
                    && !begun.toCompletableFuture().isCompletedExceptionally();
            restart();
            arrive();
            assertTrue(fixture.store.all("volume-moves").isEmpty());
            final String home = fixture.volume("v").info().pool();
            assertEquals("change " + change, home, fixture.space("v").pool());
            if (ok) {
                assertEquals(to, home);
                assertEquals(
                        Map.of(to, (long) PAGES * PAGE), moves.placement("v").bytesByPool());
            }
        }
    }

    @Test
    public void reportsAnUnreadableDocument() {
        final StorageException cut =
                assertThrows(StorageException.class, () -> MoveDocument.decode("1", new byte[] {1, 0, 0}));
        assertTrue(cut.getMessage(), cut.getMessage().contains("key=1"));
        final byte[] bytes = new MoveDocument("A", "B", true, 5).encode();
        assertEquals(new MoveDocument("A", "B", true, 5), MoveDocument.decode("1", bytes));
        bytes[0] = 2;
        assertThrows(StorageException.class, () -> MoveDocument.decode("1", bytes));
        bytes[0] = 1;
        bytes[12] = 99;
        assertThrows(StorageException.class, () -> MoveDocument.decode("1", bytes));
    }

    private void arrive() {
        fixture.sim.runUntil(() -> moves.moves().isEmpty());
    }

    private StoredMoves open() {
        return moves(fixture);
    }

    /** The moves of a fixture's volumes. */
    static StoredMoves moves(final VolumeFixture fixture) {
        return new StoredMoves(
                config(RATE),
                fixture.volumes,
                fixture.store,
                fixture.pools,
                fixture.store,
                fixture.sim.lanes(),
                fixture.sim.clock());
    }

    static StoredMoves.Config config(final long bytesPerSecond) {
        return (StoredMoves.Config) Proxy.newProxyInstance(
                VolumeMoveTest.class.getClassLoader(),
                new Class<?>[] {StoredMoves.Config.class},
                (proxy, method, arguments) -> bytesPerSecond);
    }

    private void restart() {
        fixture.restart();
        moves = open();
        fixture.store.serve();
        fixture.sim.runFor(SECOND_NS / 100);
    }

    private void write(final int page) {
        assertEquals(IoStatus.OK, Blocks.write(fixture.sim, fixture.volume("v"), (long) page * PAGE, new byte[512]));
    }

    private <T> T await(final CompletionStage<T> stage) {
        return fixture.sim.await(stage);
    }

    private void fails(final Code code, final String message, final Supplier<CompletionStage<?>> call) {
        final StorageException failure = assertThrows(StorageException.class, () -> fixture.sim.await(call.get()));
        assertEquals(code, failure.code());
        assertTrue(failure.getMessage(), failure.getMessage().contains(message));
    }
}
