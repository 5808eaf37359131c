package org.isobar.itests.simulation.balance;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.isobar.api.pool.PoolThresholds;
import org.isobar.spi.balance.BalancePicture;
import org.isobar.spi.balance.BalancePool;
import org.isobar.spi.balance.BalancingPolicy;
import org.isobar.volume.heat.HeatClock;
import org.isobar.volume.heat.PageHeat;
import org.isobar.volume.simulation.ClosedNetwork;
import org.isobar.volume.simulation.Oracle;
import org.isobar.volume.simulation.VirtualBalancing;
import org.isobar.volume.simulation.VirtualPool;
import org.isobar.volume.simulation.VirtualTime;
import org.isobar.volume.simulation.VirtualVolume;

/**
 * A volume of 64 GiB over a fast pool and one a third as fast, asked by {@value #CLIENTS} clients that each have one request
 * out at any time. Pools, volume and moves are those that {@code balance:simulate} tries a recording on, and heat, picture and
 * policy those of a member; this deals the load: requests reach the pages by a Poisson process.
 */
final class TwoTiers {
    static final int PAGES = 16_384;
    private static final int PAGE_BYTES = 4 << 20;
    private static final double FAST_PER_S = 15_000;
    private static final double SLOW_PER_S = 5_000;
    static final int STEP_S = 30;
    static final int STEPS_PER_MINUTE = 60 / STEP_S;
    /** Pages that the fast pool may hold: 73 % of it. */
    private static final int FAST_PAGES = 1_681;

    private static final int FAST_TOTAL_PAGES = 2_304;
    private static final int SLOW_TOTAL_PAGES = 32_768;
    private static final int CLIENTS = 64;
    private static final int HALF_LIFE_S = 120;
    private static final long BUDGET_BYTES_PER_S = 64L << 20;
    private static final int SCAN_BYTES = 64 << 10;
    private static final int SCAN_REQUESTS = 2 * PAGE_BYTES / SCAN_BYTES;
    private static final int WRITES_ONE_IN = 4;
    /** What the shares of pages are told in to the oracle. */
    private static final double SHARE_UNITS = 1e9;
    /** From this mean on a Poisson distribution is taken for a normal one. */
    private static final int NORMAL_FROM = 30;
    /** More are not met with in a lifetime at a lower mean. */
    private static final int COUNT_MAX = 200;

    private static final int FAST = 0;
    private static final int SLOW = 1;

    private final VirtualTime time = new VirtualTime();
    private final SplittableRandom random;
    private final BalancingPolicy policy;
    private final List<VirtualPool> pools = pools();
    private final VirtualVolume volume =
            new VirtualVolume(1, PAGE_BYTES, PAGES, pools, List.of(), new HeatClock(time, time, HALF_LIFE_S));
    private final VirtualBalancing balancing = new VirtualBalancing(time, volume, pools, BUDGET_BYTES_PER_S);
    private double lastPerS = SLOW_PER_S;
    private final double othersOfFast;
    private int scanAt;
    private int steps;

    TwoTiers(final long seed, final BalancingPolicy policy) {
        this(seed, policy, 0);
    }

    /** Where the devices of the fast pool are busy for a share of their time with a pool that takes no part. */
    TwoTiers(final long seed, final BalancingPolicy policy, final double othersOfFast) {
        random = new SplittableRandom(seed);
        this.othersOfFast = othersOfFast;
        this.policy = policy;
        // As first writes from end to end leave it.
        for (int page = 0; page < PAGES; page++) {
            volume.place(page, page < FAST_PAGES ? FAST : SLOW);
        }
    }

    private static List<VirtualPool> pools() {
        return List.of(pool("fast", FAST_PER_S, FAST_TOTAL_PAGES), pool("slow", SLOW_PER_S, SLOW_TOTAL_PAGES));
    }

    private static VirtualPool pool(final String name, final double perS, final long pages) {
        return new VirtualPool(name, perS, perS, 0, pages * PAGE_BYTES, 0, PoolThresholds.DEFAULT);
    }

    private boolean fast(final int page) {
        return volume.at(page) == FAST;
    }

    /**
     * Lets a step pass.
     *
     * @param shares of all requests that are random ones, by page
     * @param scanShare share of the work that is one scan after the other from end to end, in reads of 64 KiB; 0 to 1
     * @return requests per second; one of 64 KiB counts as two
     */
    double step(final double[] shares, final double scanShare) {
        final double[] copyingS = balancing.move(STEP_S);
        if (volume.pagesIn(FAST) > FAST_PAGES) {
            throw new AssertionError("the fast pool is overfilled: " + volume.pagesIn(FAST));
        }
        final int scanned = (int) (scanShare * lastPerS * STEP_S / SCAN_REQUESTS);
        double toFast = 0;
        for (int page = 0; page < PAGES; page++) {
            toFast += fast(page) ? (1 - scanShare) * shares[page] : 0;
        }
        for (int i = 0; i < scanned; i++) {
            toFast += fast((scanAt + i) % PAGES) ? scanShare / scanned : 0;
        }
        final double perS = throughput(toFast, copyingS);
        lastPerS = perS;
        final PageHeat heat = volume.heat();
        for (int page = 0; page < PAGES; page++) {
            final int count = poisson((1 - scanShare) * shares[page] * perS * STEP_S);
            if (count > 0) {
                final int writes = count / WRITES_ONE_IN;
                heat.count(page, false, count - writes);
                if (writes > 0) {
                    heat.count(page, true, writes);
                }
            }
        }
        scan(scanned);
        time.pass(TimeUnit.SECONDS.toNanos(STEP_S));
        if (++steps % STEPS_PER_MINUTE == 0) {
            balancing.replace(policy.plan(shared(balancing.look(STEP_S * STEPS_PER_MINUTE))));
        }
        return perS;
    }

    private BalancePicture shared(final BalancePicture picture) {
        return new BalancePicture(
                picture.budgetBytes(),
                picture.pools().stream()
                        .map(pool -> pool.name().equals(pools.get(FAST).name()) ? shared(pool) : pool)
                        .toList(),
                picture.pages());
    }

    private BalancePool shared(final BalancePool pool) {
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
                othersOfFast,
                Map.of());
    }

    private void scan(final int pages) {
        for (int i = 0; i < pages; i++) {
            final long startBytes = (long) scanAt * PAGE_BYTES;
            for (int at = 0; at < PAGE_BYTES; at += SCAN_BYTES) {
                volume.heat().touch(false, startBytes + at, SCAN_BYTES);
            }
            scanAt = (scanAt + 1) % PAGES;
        }
    }

    private double throughput(final double toFast, final double[] copyingS) {
        final double[] queueS = {
            pools.get(FAST).busyS(toFast, 0), pools.get(SLOW).busyS(1 - toFast, 0)
        };
        for (int k = 0; k < queueS.length; k++) {
            queueS[k] /= 1 - copyingS[k] / STEP_S;
        }
        queueS[FAST] /= 1 - othersOfFast;
        return ClosedNetwork.solve(queueS, new double[queueS.length], CLIENTS).perS();
    }

    /** Requests per second when the pages lie where that gives most of them. */
    static double oracle(final double[] shares, final double scanShare) {
        final int[] work = new int[PAGES];
        for (int page = 0; page < PAGES; page++) {
            work[page] = (int) (SHARE_UNITS * ((1 - scanShare) * shares[page] + scanShare / PAGES));
        }
        return new Oracle(pools(), CLIENTS)
                .best(work, new long[] {FAST_PAGES, SLOW_TOTAL_PAGES}, 1, 0)
                .perS();
    }

    /** Pages that must move to have the pages that are asked most often in the fast pool: those, and as many to make room. */
    int movesOfOracle(final double[] shares) {
        final double[] sorted = shares.clone();
        Arrays.sort(sorted);
        final double least = sorted[PAGES - FAST_PAGES];
        int missing = 0;
        for (int page = 0; page < PAGES; page++) {
            missing += shares[page] >= least && !fast(page) ? 1 : 0;
        }
        return 2 * missing;
    }

    private int poisson(final double mean) {
        if (mean > NORMAL_FROM) {
            return Math.max(0, (int) Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
        }
        // By inversion: how many terms of the distribution a uniform number exceeds.
        final double at = random.nextDouble();
        double term = Math.exp(-mean);
        double sum = term;
        int count = 0;
        while (at > sum && count < COUNT_MAX) {
            count++;
            term *= mean / count;
            sum += term;
        }
        return count;
    }

    int moves() {
        return (int) balancing.movedPages();
    }

    /** The shortest time after which a page was moved again, in ms. */
    long shortestReturnMs() {
        return balancing.shortestReturnMs();
    }
}
