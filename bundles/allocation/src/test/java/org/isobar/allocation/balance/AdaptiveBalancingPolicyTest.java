package org.isobar.allocation.balance;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.isobar.spi.balance.BalanceMove;
import org.isobar.spi.balance.BalancePage;
import org.isobar.spi.balance.BalancePicture;
import org.isobar.spi.balance.BalancePlan;
import org.isobar.spi.balance.BalancePool;
import org.isobar.spi.balance.BalancingPolicy;
import org.isobar.testkit.policy.BalancingPolicyContract;
import org.junit.Test;
import org.junit.function.ThrowingRunnable;

/** A fast pool and one a third as fast, ten pages in each. */
public final class AdaptiveBalancingPolicyTest extends BalancingPolicyContract {
    private static final int PAGE_BYTES = 4 << 20;
    private static final double WINDOW_S = 200;
    private static final int ALWAYS = 6;
    /** Ten pages and so many free ones: one more would go beyond 73 %. */
    private static final int UP_TO_THE_LIMIT = 4;

    private final List<BalancePage> pages = new ArrayList<>();
    private long fastFreePages = 100;
    private long budgetPages = 1000;
    private double slowAblePerS = 100;
    private double askedOfFast;
    /** Share of the fast pool's devices that is busy with pools that take no part. */
    private double othersOfFast;
    /** How much each pool keeps the other's devices busy. */
    private double sharing;

    @Override
    protected BalancingPolicy policy() {
        return new AdaptiveBalancingPolicy();
    }

    @Test
    public void bringsABusyPageToTheFastPool() {
        idlePages();
        page(50, "slow", 10_000);

        final BalancePlan plan = plan();
        assertMoves(plan, "50 slow fast");
        assertTrue(
                plan.moves().get(0).reason(),
                plan.moves().get(0).reason().contains("busy: 50.0 requests/s; pool slow is busy for 50 %"));
        assertTrue(plan.reason(), plan.reason().startsWith("saves "));
    }

    @Test
    public void makesRoomWithTheLeastBusyPage() {
        idlePages();
        page(50, "slow", 10_000);
        for (int i = 0; i < 10; i++) {
            page(i, "fast", i == 7 ? 1 : 3);
        }
        fastFreePages = UP_TO_THE_LIMIT;

        assertMoves(plan(), "7 fast slow", "50 slow fast");
    }

    @Test
    public void leavesWhatIsNotClearlyBusier() {
        for (int i = 0; i < 10; i++) {
            page(i, "fast", 1000 + i);
            page(100 + i, "slow", 1300 + i);
        }
        fastFreePages = UP_TO_THE_LIMIT;

        assertNothing("10 are not clearly busier than those that would make room");
    }

    @Test
    public void leavesWhatChanceExplains() {
        for (int i = 0; i < 10; i++) {
            page(i, "fast", 95 + i);
            page(100 + i, "slow", 96 + i);
        }
        fastFreePages = UP_TO_THE_LIMIT;

        assertNothing("are not clearly busier");
    }

    @Test
    public void leavesWhatWasMovedAShortWhileAgo() {
        idlePages();
        pages.add(new BalancePage(1, 50, "slow", PAGE_BYTES, 10_000, 50, 0, ALWAYS, 899_999));

        assertNothing("1 were moved a short while ago");
        pages.set(pages.size() - 1, new BalancePage(1, 50, "slow", PAGE_BYTES, 10_000, 50, 0, ALWAYS, 900_000));
        assertMoves(plan(), "50 slow fast");
    }

    @Test
    public void leavesWhatWasInUseOnlyOnce() {
        idlePages();
        pages.add(new BalancePage(1, 50, "slow", PAGE_BYTES, 10_000, 50, 0, 2, BalancePage.NEVER));

        assertNothing("1 were in use in too few epochs");
    }

    @Test
    public void leavesWhatWouldNotPay() {
        idlePages();
        page(50, "slow", 30);

        assertNothing("1 would not pay for the move in time");
    }

    @Test
    public void movesPagesOnlyToWhereTheyMayLie() {
        idlePages();
        final BalancePage held = held(50, "slow", 10_000);
        pages.add(held);

        assertNothing("no busy page would wait less in another pool");
        assertReason(held, "its volume may not lie in pool fast");
        pages.remove(held);
        page(50, "slow", 10_000);
        fastFreePages = UP_TO_THE_LIMIT;
        pages.removeIf(page -> page.page() < 9);
        for (int i = 0; i < 9; i++) {
            pages.add(held(i, "fast", 0));
        }
        assertMoves(plan(), "9 fast slow", "50 slow fast");
    }

    private static BalancePage held(final long page, final String pool, final double requests) {
        return new BalancePage(
                1, page, pool, PAGE_BYTES, requests, requests / WINDOW_S, 0, ALWAYS, BalancePage.NEVER, List.of(pool));
    }

    @Test
    public void leavesAllWhenNobodyAsks() {
        idlePages();

        assertNothing("no busy page would wait less in another pool");
    }

    @Test
    public void givesNoMoreToAFastPoolThatIsOverloaded() {
        idlePages();
        page(50, "slow", 2_000);
        askedOfFast = 294;

        assertNothing("no busy page would wait less in another pool");
    }

    @Test
    public void takesPagesFromAFastPoolThatIsOverloaded() {
        for (int i = 0; i < 100; i++) {
            page(i, "fast", 600);
        }
        page(200, "slow", 0);

        final BalancePlan plan = plan();
        assertTrue(plan.reason(), plan.moves().size() > 5 && plan.moves().size() < 40);
        plan.moves().forEach(move -> assertEquals("slow", move.to()));
    }

    @Test
    public void movesNoMoreThanTheBudget() {
        idlePages();
        for (int i = 0; i < 10; i++) {
            page(50 + i, "slow", 1_000);
        }
        budgetPages = 3;

        final BalancePlan plan = plan();
        assertEquals(3, plan.moves().size());
        assertTrue(plan.reason(), plan.reason().contains("more once there is budget again"));
        budgetPages = 0;
        assertNothing("there is no budget left for even one move");
    }

    @Test
    public void relievesAPoolAtItsWarningThreshold() {
        for (int i = 0; i < 80; i++) {
            page(i, "fast", i);
        }
        page(200, "slow", 0);
        fastFreePages = 20;

        final BalancePlan plan = plan();
        assertEquals(7, plan.moves().size());
        assertEquals("0 fast slow", text(plan.moves().get(0)));
        assertEquals(
                "pool fast is filled to its warning threshold",
                plan.moves().get(0).reason());
    }

    @Test
    public void fillsNoPoolToItsWarningThreshold() {
        for (int i = 0; i < 70; i++) {
            page(i, "fast", 1_000_000);
        }
        for (int i = 0; i < 20; i++) {
            page(100 + i, "slow", 1_000_000);
        }
        fastFreePages = 30;

        assertEquals(3, plan().moves().size());
    }

    @Test
    public void movesNothingToDevicesThatAnotherPoolKeepsBusy() {
        idlePages();
        page(50, "slow", 10_000);
        assertMoves(plan(), "50 slow fast");
        othersOfFast = 0.9;

        assertNothing("no busy page would wait less in another pool");
        assertReason(page(50, "slow", 10_000), "it would wait no less in pool fast (busy for 90 % of its time, pool");
    }

    @Test
    public void takesPagesAwayFromDevicesThatAnotherPoolKeepsBusy() {
        idlePages();
        page(5, "fast", 10_000);
        assertNothing("no busy page would wait less in another pool");
        othersOfFast = 0.9;

        assertMoves(plan(), "5 fast slow");
    }

    @Test
    public void gainsNothingByAMoveToAPoolOnTheSameDevices() {
        slowAblePerS = 300;
        idlePages();
        page(50, "slow", 10_000);
        page(51, "slow", 9_000);
        page(52, "slow", 8_000);
        assertEquals(1, plan().moves().size());
        sharing = 1;

        assertNothing("no busy page would wait less in another pool");
    }

    @Test
    public void seesWhatAMoveDoesToOthersOnTheSameDevices() {
        idlePages();
        page(50, "slow", 10_000);
        sharing = 1;

        assertMoves(plan(), "50 slow fast");
    }

    @Test
    public void saysWhichPoolWasNotMeasured() {
        idlePages();
        slowAblePerS = 0;

        assertNothing("it is not known what pool slow can do");
    }

    @Test
    public void needsTwoPools() {
        final BalancePlan plan = policy().plan(new BalancePicture(
                1 << 30, List.of(new BalancePool("only", 1, 1, 0, 0, 0, 1, 75, 0, 0, 0)), List.of()));

        assertEquals("there are fewer than two pools to choose between", plan.reason());
    }

    @Test
    public void saysWhatWouldMoveAPage() {
        idlePages();
        assertReason(page(50, "slow", 10_000), "it belongs in pool fast, which has room");
        assertReason(page(50, "slow", 30), "a move to pool fast pays in 1", "and must in 600");
        assertReason(
                page(5, "fast", 0),
                "it would wait no less in pool slow (busy for 0 % of its time, pool fast for 0 %)",
                "it makes room when a page elsewhere is asked for 150 % of what it is");
        assertReason(
                new BalancePage(1, 60, "slow", PAGE_BYTES, 10_000, 50, 0, 1, BalancePage.NEVER),
                "it must be in use in 3 of the last six epochs, not 1");
        assertReason(
                new BalancePage(1, 60, "slow", PAGE_BYTES, 10_000, 50, 0, ALWAYS, 100_000),
                "nothing for 800 s: it was moved a short while ago");
        assertReason(
                new BalancePage(1, 60, "other", PAGE_BYTES, 10_000, 50, 0, ALWAYS, 100_000),
                "nothing while its pool takes no part: pool other");
        fastFreePages = UP_TO_THE_LIMIT;
        assertReason(page(50, "slow", 10_000), "pool fast is full: its least busy page makes room when this one");
        fastFreePages = 1;
        assertReason(page(5, "fast", 0), "pool fast is at its warning threshold and is relieved");
        slowAblePerS = 0;
        assertReason(page(5, "fast", 0), "nothing while it is not known what pool slow can do");
        assertEquals(
                "nothing while no other pool takes part",
                policy().wouldMove(
                                new BalancePicture(
                                        1, List.of(new BalancePool("fast", 1, 1, 0, 0, 0, 1, 75, 0, 0, 0)), List.of()),
                                page(5, "fast", 0)));
    }

    private void assertReason(final BalancePage page, final String... parts) {
        final String text = policy().wouldMove(picture(), page);
        for (final String part : parts) {
            assertTrue(text, text.contains(part));
        }
    }

    @Test
    public void refusesSettingsOutOfBounds() {
        assertRefused("cool.down.s", () -> new AdaptiveSettings(59, 600, 150, 3));
        assertRefused("payback.s", () -> new AdaptiveSettings(900, 9, 150, 3));
        assertRefused("ratio.percent", () -> new AdaptiveSettings(900, 600, 109, 3));
        assertRefused("epochs.seen", () -> new AdaptiveSettings(900, 600, 150, 7));
    }

    private static void assertRefused(final String field, final ThrowingRunnable settings) {
        final String message =
                assertThrows(IllegalArgumentException.class, settings).getMessage();
        assertTrue(message, message.contains(field));
    }

    private void idlePages() {
        for (int i = 0; i < 10; i++) {
            page(i, "fast", 0);
            page(100 + i, "slow", 0);
        }
    }

    private BalancePage page(final long page, final String pool, final double requests) {
        final BalancePage added =
                new BalancePage(1, page, pool, PAGE_BYTES, requests, requests / WINDOW_S, 0, ALWAYS, BalancePage.NEVER);
        pages.removeIf(other -> other.page() == page);
        pages.add(added);
        return added;
    }

    private BalancePlan plan() {
        return policy().plan(picture());
    }

    private BalancePicture picture() {
        pages.sort(Comparator.comparingDouble(BalancePage::requests).reversed());
        return new BalancePicture(
                budgetPages * PAGE_BYTES,
                shared(List.of(pool("fast", 300, askedOfFast, fastFreePages), pool("slow", slowAblePerS, 0, 1000))),
                pages);
    }

    private List<BalancePool> shared(final List<BalancePool> pools) {
        final BalancePool fast = pools.get(0);
        final BalancePool slow = pools.get(1);
        return List.of(
                shared(fast, othersOfFast + (sharing == 0 ? 0 : sharing * slow.utilisation()), slow.name()),
                shared(slow, sharing == 0 ? 0 : sharing * fast.utilisation(), fast.name()));
    }

    private BalancePool shared(final BalancePool pool, final double others, final String other) {
        return new BalancePool(
                pool.name(),
                pool.ableReadsPerS(),
                pool.ableWritesPerS(),
                pool.askedReadsPerS(),
                pool.askedWritesPerS(),
                pool.usedBytes(),
                pool.freeBytes(),
                pool.warningPercent(),
                pool.pageCount(),
                pool.meanRequests(),
                pool.varianceRequests(),
                others,
                sharing == 0 ? Map.of() : Map.of(other, sharing));
    }

    private BalancePool pool(final String name, final double ablePerS, final double askedPerS, final long freePages) {
        final double[] requests = pages.stream()
                .filter(page -> page.pool().equals(name))
                .mapToDouble(BalancePage::requests)
                .toArray();
        double sum = 0;
        double squares = 0;
        for (final double one : requests) {
            sum += one;
            squares += one * one;
        }
        final double mean = sum / requests.length;
        return new BalancePool(
                name,
                ablePerS,
                ablePerS,
                askedPerS + sum / WINDOW_S,
                0,
                (long) requests.length * PAGE_BYTES,
                freePages * PAGE_BYTES,
                75,
                requests.length,
                mean,
                squares / requests.length - mean * mean);
    }

    private void assertNothing(final String why) {
        final BalancePlan plan = plan();
        assertTrue(plan.reason(), plan.moves().isEmpty() && plan.reason().contains(why));
    }

    private static void assertMoves(final BalancePlan plan, final String... moves) {
        assertEquals(
                plan.reason(),
                List.of(moves),
                plan.moves().stream().map(AdaptiveBalancingPolicyTest::text).toList());
    }

    private static String text(final BalanceMove move) {
        return move.page() + " " + move.from() + " " + move.to();
    }
}
