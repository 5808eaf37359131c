package org.isobar.volume.simulation;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.isobar.api.pool.PoolThresholds;
import org.junit.Test;

public final class OracleTest {
    private static final int CLIENTS = 32;

    private static VirtualPool pool(final double perS) {
        return new VirtualPool("p" + perS, perS, perS, 0, 1 << 30, 0, PoolThresholds.DEFAULT);
    }

    private static double best(final int[] work, final long[] room, final double... perS) {
        final List<VirtualPool> pools =
                Arrays.stream(perS).mapToObj(OracleTest::pool).toList();
        return new Oracle(pools, CLIENTS).best(work.clone(), room, 1, 0).perS();
    }

    /** All stations alike in their load: clients/(clients + stations - 1) of what all do. */
    private static double balanced(final int stations, final double perS) {
        return perS * CLIENTS / (CLIENTS + stations - 1);
    }

    @Test
    public void sharesTheWorkAsThePoolsAreAbleToWhereThereIsRoom() {
        final int[] even = new int[1000];
        Arrays.fill(even, 7);
        final double two = best(even, new long[] {1000, 1000}, 3000, 1000);
        assertTrue("perS=" + two, two >= balanced(2, 4000) && two < 1.01 * balanced(2, 4000));
        final double three = best(even, new long[] {1000, 1000, 1000}, 1000, 3000, 2000);
        assertTrue("perS=" + three, three >= balanced(3, 6000) && three < 1.01 * balanced(3, 6000));
    }

    @Test
    public void fillsTheFastPoolWithTheBusiestPagesWhereThereIsLittleRoom() {
        final int[] work = {1, 50, 1, 1, 30, 1, 1, 15};
        // The 80 of 100 that two pages have.
        final double expected = ClosedNetwork.solve(new double[] {0.8 / 10_000, 0.2 / 1000}, new double[2], CLIENTS)
                .perS();
        assertEquals(expected, best(work, new long[] {2, 8}, 10_000, 1000), expected * 1e-3);
    }

    @Test
    public void usesWhatIsLeftWhenAPoolHasNoRoom() {
        assertEquals(1000, best(new int[] {5, 5}, new long[] {0, 2}, 10_000, 1000), 1);
        assertEquals("one that has all, whatever its room", 500, best(new int[] {5}, new long[] {0}, 500), 1);
        assertEquals("of nothing", 500, best(new int[0], new long[] {9}, 500), 1);
    }

    /** Against every division of the work in hundredths among three pools that keeps to the rooms. */
    @Test
    public void isAsGoodAsTheBestOfAllDivisions() {
        for (int seed = 0; seed < 20; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final int[] work =
                    random.ints(200, 1, 1000).map(one -> one * one / 1000 + 1).toArray();
            final long[] room = {random.nextInt(20), random.nextInt(80), 200};
            final double[] perS = {9000, 3000, 1000 + random.nextInt(3000)};
            final double found = best(work, room, perS);
            final double tried = tried(work, room, perS);
            assertTrue("seed=" + seed + " found=" + found + " tried=" + tried, found >= 0.999 * tried);
            assertTrue("seed=" + seed + " found=" + found + " tried=" + tried, found <= 1.005 * tried);
        }
    }

    private static double tried(final int[] work, final long[] room, final double[] perS) {
        final int[] sorted = work.clone();
        Arrays.sort(sorted);
        double best = 0;
        for (int a = 0; a <= 101; a++) {
            for (int b = 0; b <= 101; b++) {
                final double first = a == 101 ? most(sorted, room[0]) : a / 100.0;
                final double second = b == 101 ? most(sorted, room[0] + room[1]) - first : b / 100.0;
                final double[] shares = {first, second, Math.max(0, 1 - first - second)};
                if (shares[0] <= most(sorted, room[0])
                        && shares[1] <= most(sorted, room[1])
                        && shares[0] + shares[1] <= Math.min(1, most(sorted, room[0] + room[1]) + 1e-12)) {
                    final double[] queueS = {shares[0] / perS[0], shares[1] / perS[1], shares[2] / perS[2]};
                    best = Math.max(
                            best,
                            ClosedNetwork.solve(queueS, new double[3], CLIENTS).perS());
                }
            }
        }
        return best;
    }

    private static double most(final int[] sorted, final long pages) {
        double sum = 0;
        for (int i = 0; i < Math.min(pages, sorted.length); i++) {
            sum += sorted[sorted.length - 1 - i];
        }
        return sum / Arrays.stream(sorted).sum();
    }
}
