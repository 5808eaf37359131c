package org.isobar.volume.simulation;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.isobar.api.pool.PoolThresholds;
import org.isobar.common.lane.Lane;
import org.isobar.spi.balance.BalanceMove;
import org.isobar.spi.balance.BalancePage;
import org.isobar.spi.balance.BalancePicture;
import org.isobar.spi.balance.BalancePlan;
import org.isobar.volume.heat.HeatClock;
import org.junit.Test;

public final class VirtualBalancingTest {
    private static final int PAGE_BYTES = 1 << 20;
    private static final int PAGES = 100;
    private static final long RATE = 4 << 20;

    private final VirtualTime time = new VirtualTime();
    private final List<VirtualPool> pools = List.of(pool("fast", 1000, 20), pool("slow", 100, 200));
    private final VirtualVolume volume = volume(List.of());
    private final VirtualBalancing balancing = new VirtualBalancing(time, volume, pools, RATE);

    private static VirtualPool pool(final String name, final double perS, final long pages) {
        return new VirtualPool(name, perS, perS, 0, pages * PAGE_BYTES, 0, PoolThresholds.DEFAULT);
    }

    private VirtualVolume volume(final List<String> allowed) {
        final VirtualVolume made =
                new VirtualVolume(7, PAGE_BYTES, PAGES, pools, allowed, new HeatClock(time, time, 120));
        for (int page = 0; page < PAGES - 1; page++) {
            made.place(page, 1);
        }
        return made;
    }

    private static BalanceMove move(final long page, final String from, final String to) {
        return new BalanceMove(7, page, from, to, "wanted", 1);
    }

    private void plan(final BalanceMove... moves) {
        balancing.replace(new BalancePlan(List.of(moves), "wanted"));
    }

    @Test
    public void makesMovesWithinTheBudget() {
        final List<BalanceMove> moves = new ArrayList<>();
        for (int page = 0; page < 20; page++) {
            moves.add(move(page, "slow", "fast"));
        }
        plan(moves.toArray(new BalanceMove[0]));
        // 16 requests of 64 KiB at 100 and at 1000 a second, and as long a rest: 352 ms, longer than 4 MiB/s take.
        final double[] busyS = balancing.move(3);
        assertEquals(8, balancing.movedPages());
        assertEquals(8 * 0.16, busyS[1], 1e-9);
        assertEquals(8 * 0.016, busyS[0], 1e-9);
        balancing.move(10);
        assertEquals("time that was left over counts", 20, balancing.movedPages());
        assertEquals(20, volume.pagesIn(0));
        assertEquals(79, volume.pagesIn(1));
        assertEquals("fast", volume.poolOf(3));
        assertNull(volume.poolOf(PAGES - 1));
    }

    @Test
    public void goesNoFasterThanTheRate() {
        final List<VirtualPool> quick = List.of(pool("fast", 1e6, 20), pool("slow", 1e6, 200));
        final VirtualVolume other =
                new VirtualVolume(7, PAGE_BYTES, PAGES, quick, List.of(), new HeatClock(time, time, 120));
        final VirtualBalancing slowly = new VirtualBalancing(time, other, quick, RATE);
        final List<BalanceMove> moves = new ArrayList<>();
        for (int page = 0; page < 20; page++) {
            other.place(page, 1);
            moves.add(move(page, "slow", "fast"));
        }
        slowly.replace(new BalancePlan(moves, "wanted"));
        slowly.move(3);
        assertEquals(12, slowly.movedPages());
    }

    @Test
    public void leavesOutWhatCannotBe() {
        plan(
                move(PAGES - 1, "slow", "fast"),
                move(PAGES, "slow", "fast"),
                move(-1, "slow", "fast"),
                move(1, "fast", "slow"),
                move(2, "slow", "nowhere"),
                new BalanceMove(8, 3, "slow", "fast", "of another volume", 1));
        balancing.move(1);
        assertEquals(0, balancing.movedPages());
        assertEquals(6, balancing.failedPages());
    }

    @Test
    public void overfillsNoPoolAndKeepsToThoseOfTheVolume() {
        final List<BalanceMove> moves = new ArrayList<>();
        for (int page = 0; page < 21; page++) {
            moves.add(move(page, "slow", "fast"));
        }
        plan(moves.toArray(new BalanceMove[0]));
        balancing.move(100);
        assertEquals(20, balancing.movedPages());
        assertEquals(1, balancing.failedPages());
        final VirtualVolume tied = volume(List.of("slow"));
        final VirtualBalancing of = new VirtualBalancing(time, tied, pools, RATE);
        of.replace(new BalancePlan(List.of(move(1, "slow", "fast")), "wanted"));
        of.move(1);
        assertEquals(1, of.failedPages());
    }

    @Test
    public void remembersWhenPagesWereMoved() {
        assertEquals(BalancePage.NEVER, balancing.shortestReturnMs());
        plan(move(1, "slow", "fast"));
        balancing.move(1);
        time.pass(TimeUnit.SECONDS.toNanos(40));
        final BalancePicture picture = balancing.look(60);
        assertEquals(60 * RATE, picture.budgetBytes());
        final BalancePage seen = picture.pages().stream()
                .filter(page -> page.page() == 1)
                .findFirst()
                .orElseThrow();
        assertEquals(40_000, seen.sinceMovedMs());
        assertEquals("fast", seen.pool());
        plan(move(1, "fast", "slow"));
        balancing.move(1);
        assertEquals(40_000, balancing.shortestReturnMs());
    }

    @Test
    public void runsWhatIsDueWhileTimePasses() {
        final List<String> ran = new ArrayList<>();
        time.execute(() -> ran.add("now at " + time.wallMs()));
        time.schedule(() -> ran.add("late at " + time.wallMs()), TimeUnit.MILLISECONDS.toNanos(20));
        final Lane.Timer cancelled = time.schedule(() -> ran.add("never"), TimeUnit.MILLISECONDS.toNanos(5));
        assertTrue(ran.isEmpty());
        assertTrue(time.current() && time.index() == 0);
        cancelled.cancel();
        time.pass(TimeUnit.MILLISECONDS.toNanos(10));
        assertEquals(List.of("now at 0"), ran);
        time.pass(TimeUnit.MILLISECONDS.toNanos(20));
        assertEquals(List.of("now at 0", "late at 20"), ran);
        assertEquals(30, time.wallMs());
    }

    @Test
    public void countsThePagesOfASampleWithoutGaps() {
        final SampledPages all = new SampledPages(1000, 1);
        assertEquals(1000, all.count());
        assertEquals(999, all.index(999));
        assertEquals(-1, all.index(1000));
        final SampledPages some = new SampledPages(100_000, 16);
        int next = 0;
        for (int page = 0; page < 100_000; page++) {
            final int index = some.index(page);
            if (index >= 0) {
                assertEquals(next, index);
                next++;
            }
        }
        assertEquals(next, some.count());
        assertEquals(100_000 / 16.0, next, 100);
        assertEquals(-1, some.index(100_000));
    }
}
