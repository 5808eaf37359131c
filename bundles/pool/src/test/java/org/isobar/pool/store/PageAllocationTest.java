package org.isobar.pool.store;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.block.IoStatus;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.pool.PageAllocation.Unit;
import org.isobar.api.pool.PageSpace;
import org.isobar.common.policy.PolicyKind;
import org.isobar.common.policy.PolicyOrigin;
import org.isobar.spi.allocation.AllocationPicture;
import org.isobar.spi.allocation.ExtentAllocator;
import org.isobar.spi.allocation.PageAllocator;
import org.isobar.testkit.Blocks;
import org.isobar.testkit.SimPolicies;
import org.junit.After;
import org.junit.Test;
import org.junit.function.ThrowingRunnable;

/** Volumes whose new pages come from several pools, page by page or extent by extent. */
public class PageAllocationTest {
    private static final int PAGE = 65_536;
    private static final int EXTENT = 4 * PAGE;
    private static final String A = StoreWorld.POOL;
    private static final String B = "B";
    private static final String C = "C";
    private static final PolicyOrigin MINE = new PolicyOrigin("org.example.mine", "1.0.0", 0);

    private final StoreWorld world = StoreWorld.serving(5, 3, 24, 1 << 20);
    private final List<AllocationPicture> seen = new ArrayList<>();
    private PageSpace space;

    public PageAllocationTest() {
        world.sim().await(world.pools().create(B, StripedEngine.LEVEL));
        world.sim().await(world.pools().create(C, StripedEngine.LEVEL));
        space = create(1, 64 * PAGE);
    }

    @After
    public void stop() {
        world.stop();
    }

    private PageSpace create(final long volume, final long sizeBytes) {
        return world.sim().await(world.pages().create(volume, sizeBytes, PAGE, A));
    }

    /** Pages by turns in all pools. */
    private List<String> byTurns(final AllocationPicture picture, final int count) {
        seen.add(picture);
        final List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(picture.pools().get(i % picture.pools().size()).name());
        }
        return names;
    }

    private Runnable plugPage(final String name, final PageAllocator policy) {
        return world.policies().plug(new PolicyKind<>("page", PageAllocator.class, policy), name, policy, MINE);
    }

    private void plugExtent(final String name, final ExtentAllocator policy) {
        world.policies().plug(new PolicyKind<>("extent", ExtentAllocator.class, policy), name, policy, MINE);
    }

    private void byPage(final String policy, final String... pools) {
        world.sim().await(world.pages().allocate(1, new PageAllocation(Unit.PAGE, policy, 0, List.of(pools))));
    }

    private void byExtent(final String policy, final String... pools) {
        world.sim().await(world.pages().allocate(1, new PageAllocation(Unit.EXTENT, policy, EXTENT, List.of(pools))));
    }

    private String write(final long page) {
        assertEquals("page " + page, IoStatus.OK, Blocks.write(world.sim(), space, page * PAGE, new byte[512]));
        return space.poolOf(page);
    }

    private List<String> writeAll(final int from, final int to) {
        final List<String> pools = new ArrayList<>();
        for (int page = from; page < to; page++) {
            pools.add(write(page));
        }
        return pools;
    }

    @Test
    public void placesEachPageAsThePolicySays() {
        plugPage("turns", this::byTurns);
        byPage("turns", B, C, A);
        assertEquals(List.of(B, C, A, B, C, A), writeAll(0, 6));
        assertEquals(Map.of(A, 2L * PAGE, B, 2L * PAGE, C, 2L * PAGE), space.bytesByPool());
        final AllocationPicture picture = seen.get(0);
        assertEquals(64 * PAGE, picture.volumeBytes());
        assertEquals(PAGE, picture.unitBytes());
        assertEquals(B, picture.pools().get(0).name());
        assertTrue(picture.pools().get(0).healthy());
        assertTrue(picture.pools().get(0).freeBytes() > 0);
        assertEquals(0, picture.pools().get(0).volumeBytes());
        final AllocationPicture second = seen.get(1);
        assertEquals("what is decided counts", 22L * PAGE, second.pools().get(0).volumeBytes());
        assertEquals(
                22L * PAGE,
                picture.pools().get(0).freeBytes() - second.pools().get(0).freeBytes());
    }

    @Test
    public void goesOnPlanningAheadForLongerThanAPlan() {
        plugPage("turns", this::byTurns);
        space = create(2, 500L * PAGE);
        world.sim().await(world.pages().allocate(2, new PageAllocation(Unit.PAGE, "turns", 0, List.of(A, B))));
        final List<String> pools = writeAll(0, 300);
        assertEquals(150, Collections.frequency(pools, A));
        assertEquals("one for each plan, and one ahead", 2 + 300 / PagePlan.UNITS, seen.size());
    }

    @Test
    public void putsThePagesOfAnExtentTogether() {
        plugExtent("turns", this::byTurns);
        byExtent("turns", A, B, C);
        assertEquals(A, write(1));
        assertEquals(B, write(13));
        assertEquals(C, write(4));
        assertEquals(List.of(A, A, A, A, C, C, C, C), writeAll(0, 8));
        assertEquals(List.of(B, B, B, B), writeAll(12, 16));
        assertEquals(EXTENT, seen.get(0).unitBytes());
    }

    @Test
    public void knowsAfterARestartWhereExtentsLie() {
        plugExtent("turns", this::byTurns);
        byExtent("turns", A, B);
        assertEquals(A, write(0));
        assertEquals(B, write(9));
        assertEquals(IoStatus.OK, Blocks.flush(world.sim(), space));
        world.loseAllUnstable();
        space = world.pages().find(1).orElseThrow();
        assertEquals(new PageAllocation(Unit.EXTENT, "turns", EXTENT, List.of(A, B)), space.allocation());
        assertEquals(List.of(A, A), List.of(write(3), write(2)));
        assertEquals(List.of(B, B), List.of(write(8), write(11)));
        assertNotNull("the policy is gone, the built-in one decides", write(20));
        assertTrue(world.policies().warnings().get(0).contains("kind=extent name=turns usedBy=[volume=1]"));
    }

    @Test
    public void placesAnExtentAnewWhenItHadNoPagesLeft() {
        plugExtent("turns", this::byTurns);
        byExtent("turns", A, B);
        assertEquals(A, write(0));
        assertEquals(IoStatus.OK, Blocks.discard(world.sim(), space, 0, PAGE));
        assertEquals(B, write(1));
    }

    @Test
    public void goesToTheNextPoolWhenOneIsFull() {
        plugPage("always-b", (picture, count) -> Collections.nCopies(count, B));
        space = create(3, 2000L * PAGE);
        world.sim().await(world.pages().allocate(3, new PageAllocation(Unit.PAGE, "always-b", 0, List.of(A, B, C))));
        int page = 0;
        while (Blocks.write(world.sim(), space, page * (long) PAGE, new byte[512]) == IoStatus.OK) {
            page++;
        }
        assertTrue("pages=" + page, page > 100);
        assertEquals(0, world.pools().space(A).orElseThrow().freeBytes());
        assertEquals(0, world.pools().space(B).orElseThrow().freeBytes());
        assertEquals(0, world.pools().space(C).orElseThrow().freeBytes());
        assertEquals(IoStatus.NO_SPACE, Blocks.write(world.sim(), space, page * (long) PAGE, new byte[512]));
        assertEquals(IoStatus.OK, Blocks.discard(world.sim(), space, 0, PAGE));
        world.sim().run();
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), space, page * (long) PAGE, new byte[512]));
    }

    @Test
    public void keepsAnExtentTogetherInTheNextPoolWhenOneIsFull() {
        final PageSpace ofB = world.sim().await(world.pages().create(8, 64L * PAGE, PAGE, B));
        assertEquals(IoStatus.OK, Blocks.write(world.sim(), ofB, 0, new byte[512]));
        final PageSpace filler = create(9, 4000L * PAGE);
        long page = 0;
        while (Blocks.write(world.sim(), filler, page * PAGE, new byte[512]) == IoStatus.OK) {
            page++;
        }
        plugExtent("always-a", (picture, count) -> Collections.nCopies(count, A));
        byExtent("always-a", A, B);
        assertEquals(List.of(B, B, B, B), writeAll(4, 8));
    }

    @Test
    public void waitsForNoPolicyAtAFirstWrite() {
        plugPage("hangs", this::byTurns);
        space = create(5, 500L * PAGE);
        world.sim().await(world.pages().allocate(5, new PageAllocation(Unit.PAGE, "hangs", 0, List.of(A, B))));
        world.sim().run();
        world.hangPolicies();
        final long limitNs = SimPolicies.LIMIT_MS * 1_000_000;
        // The writes after the first plan must not take as long as a policy may.
        final int pages = 2 * PagePlan.UNITS + 8;
        for (int page = 0; page < pages; page++) {
            final long beganNs = world.sim().clock().nanoTime();
            assertEquals("begins its last plan again", page % 2 == 0 ? A : B, write(page));
            assertTrue(world.sim().clock().nanoTime() - beganNs < limitNs / 2);
        }
        world.sim().runFor(limitNs);
        assertTrue(world.policies().warnings().get(0).contains("took longer than " + SimPolicies.LIMIT_MS + " ms"));
        assertNotNull(write(pages));
    }

    @Test
    public void waitsForAPolicyThatHangsWhenItIsSelectedOnly() {
        plugPage("hangs", this::byTurns);
        world.hangPolicies();
        final long beganNs = world.sim().clock().nanoTime();
        final CompletionStage<Void> selecting = allocate(new PageAllocation(Unit.PAGE, "hangs", 0, List.of(A, B)));
        world.sim().runUntil(() -> space.allocation().unit() == Unit.PAGE);
        assertNotNull("the built-in one decides meanwhile", write(0));
        world.sim().await(selecting);
        assertTrue(world.sim().clock().nanoTime() - beganNs <= 2 * SimPolicies.LIMIT_MS * 1_000_000);
    }

    @Test
    public void fencesAllocatorsThatAnswerNonsense() {
        nonsense("few", Collections.nCopies(PagePlan.UNITS - 1, A), "decided about 63 units of 64");
        nonsense("foreign", Collections.nCopies(PagePlan.UNITS, "Z"), "chose a pool that it was not offered: pool=Z");
        nonsense("null", null, "threw java.lang.NullPointerException");
    }

    private void nonsense(final String name, final List<String> answer, final String why) {
        plugPage(name, (picture, count) -> answer);
        byPage(name, A, B);
        assertNotNull(write(seen.size()));
        final String told = world.policies().warnings().toString();
        assertTrue(told, told.contains(why));
    }

    @Test
    public void movesToAnotherPolicyAtOnce() {
        final Runnable unplug = plugPage("mine", (picture, count) -> Collections.nCopies(count, B));
        byPage("mine", A, B, C);
        assertEquals(B, write(0));
        unplug.run();
        plugPage("mine", (picture, count) -> Collections.nCopies(count, C));
        world.sim().run();
        assertEquals(C, write(1));
        byPage("mine", A, C);
        assertEquals(C, write(2));
        space.call("vol");
        world.sim().run();
        assertEquals(
                List.of("volume=vol"),
                world.policies().policies().stream()
                        .filter(one -> one.name().equals("mine"))
                        .findFirst()
                        .orElseThrow()
                        .usedBy());
        world.sim().await(world.pages().allocate(1, PageAllocation.WHOLE));
        assertEquals("back to the one pool", A, write(3));
        assertEquals(B, space.poolOf(0));
    }

    @Test
    public void keepsPoolsThatNewPagesMayComeFrom() {
        byPage("built-in", A, B);
        fails(Code.CONFLICT, world.pools().delete(B));
        world.sim().await(world.pages().allocate(1, PageAllocation.WHOLE));
        world.sim().await(world.pools().delete(B));
        byPage("built-in", C);
        world.sim().await(world.pages().delete(1));
        world.sim().await(world.pools().delete(C));
    }

    @Test
    public void flushesAllPoolsThatPagesWentTo() {
        plugPage("turns", this::byTurns);
        byPage("turns", B, C);
        final byte[] data = PageSpaceIoTest.pattern(512, 3);
        for (int page = 0; page < 4; page++) {
            assertEquals(IoStatus.OK, Blocks.write(world.sim(), space, (long) page * PAGE, data));
        }
        assertEquals(IoStatus.OK, Blocks.flush(world.sim(), space));
        world.loseAllUnstable();
        space = world.pages().find(1).orElseThrow();
        for (int page = 0; page < 4; page++) {
            assertArrayEquals(data, Blocks.read(world.sim(), space, (long) page * PAGE, 512));
        }
    }

    @Test
    public void refusesWhatCannotBe() {
        fails(Code.INVALID, allocate(new PageAllocation(Unit.PAGE, "nobody", 0, List.of(A))));
        fails(Code.INVALID, allocate(new PageAllocation(Unit.EXTENT, "nobody", EXTENT, List.of(A))));
        fails(Code.NOT_FOUND, allocate(new PageAllocation(Unit.PAGE, "built-in", 0, List.of(A, "Z"))));
        fails(Code.NOT_FOUND, world.pages().allocate(77, new PageAllocation(Unit.PAGE, "built-in", 0, List.of(A))));
        final PageSpace coarse = world.sim().await(world.pages().create(6, 1 << 20, 2 * PAGE, A));
        assertEquals(PageAllocation.WHOLE, coarse.allocation());
        fails(Code.INVALID, world.pages().allocate(6, new PageAllocation(Unit.EXTENT, "built-in", PAGE, List.of(A))));
        final CompletionStage<Void> first = allocate(new PageAllocation(Unit.PAGE, "built-in", 0, List.of(A)));
        fails(Code.CONFLICT, allocate(PageAllocation.WHOLE));
        world.sim().await(first);
    }

    @Test
    public void refusesAllocationsThatContradictThemselves() {
        final List<String> tooMany = new ArrayList<>();
        for (int i = 0; i <= PageAllocation.POOLS_MAX; i++) {
            tooMany.add("P" + i);
        }
        invalid("policy", () -> new PageAllocation(Unit.PAGE, "", 0, List.of(A)));
        invalid("policy", () -> new PageAllocation(Unit.PAGE, "a b", 0, List.of(A)));
        invalid("pools", () -> new PageAllocation(Unit.PAGE, "x", 0, List.of()));
        invalid("pools", () -> new PageAllocation(Unit.PAGE, "x", 0, List.of(A, A)));
        invalid("pools", () -> new PageAllocation(Unit.PAGE, "x", 0, tooMany));
        invalid("extentBytes", () -> new PageAllocation(Unit.PAGE, "x", EXTENT, List.of(A)));
        invalid("extentBytes", () -> new PageAllocation(Unit.EXTENT, "x", 0, List.of(A)));
        invalid("extentBytes", () -> new PageAllocation(Unit.EXTENT, "x", 3L << 20, List.of(A)));
        invalid("extentBytes", () -> new PageAllocation(Unit.EXTENT, "x", 1L << 41, List.of(A)));
        invalid("allocation", () -> new PageAllocation(Unit.VOLUME, "x", 0, List.of()));
        invalid("allocation", () -> new PageAllocation(Unit.VOLUME, "", 0, List.of(A)));
    }

    private static void invalid(final String field, final ThrowingRunnable allocation) {
        final StorageException failure = assertThrows(StorageException.class, allocation);
        assertEquals(Code.INVALID, failure.code());
        assertTrue(failure.getMessage(), failure.getMessage().startsWith(field + ": must"));
    }

    private CompletionStage<Void> allocate(final PageAllocation allocation) {
        return world.pages().allocate(1, allocation);
    }

    private void fails(final Code code, final CompletionStage<?> stage) {
        final StorageException failure =
                assertThrows(StorageException.class, () -> world.sim().await(stage));
        assertEquals(failure.getMessage(), code, failure.code());
    }
}
