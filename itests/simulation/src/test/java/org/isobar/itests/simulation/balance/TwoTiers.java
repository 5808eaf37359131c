package org.isobar.itests.simulation.balance;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.isobar.api.pool.ClassOfService;
import org.isobar.api.pool.PoolFullness;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.PoolThresholds;
import org.isobar.api.pool.ServiceFigures;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.spi.balance.BalanceMove;
import org.isobar.spi.balance.BalancePage;
import org.isobar.spi.balance.BalancePlan;
import org.isobar.spi.balance.BalancingPolicy;
import org.isobar.testkit.Simulation;
import org.isobar.volume.balance.BalancedVolume;
import org.isobar.volume.balance.PictureBuilder;
import org.isobar.volume.heat.HeatClock;
import org.isobar.volume.heat.PageHeat;

/**
 * A volume of 64 GiB over a fast pool and one a third as fast, asked by {@value #CLIENTS} clients that each have one request
 * out at any time: a closed queueing network with two servers, solved exactly (mean value analysis) for each step of
 * simulated time. Requests reach the pages by a Poisson process; heat, picture and policy are those of the product.
 */
final class TwoTiers implements BalancedVolume {
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
    private static final long BUDGET_BYTES_PER_S = 64L << 20;
    private static final int COPY_REQUESTS = PAGE_BYTES >>> 16;
    private static final int SCAN_BYTES = 64 << 10;
    private static final int SCAN_REQUESTS = 2 * PAGE_BYTES / SCAN_BYTES;
    private static final int WRITES_ONE_IN = 4;
    /** From this mean on a Poisson distribution is taken for a normal one. */
    private static final int NORMAL_FROM = 30;
    /** More are not met with in a lifetime at a lower mean. */
    private static final int COUNT_MAX = 200;

    private final Simulation sim;
    private final SplittableRandom random;
    private final BalancingPolicy policy;
    private final PageHeat heat;
    private final boolean[] fast = new boolean[PAGES];
    private final long[] movedAtMs = new long[PAGES];
    private final ArrayDeque<BalanceMove> queue = new ArrayDeque<>();
    private double lastPerS = SLOW_PER_S;
    private int scanAt;
    private int fastPages;
    private int steps;
    private int moves;
    private long shortestReturnMs = Long.MAX_VALUE;

    TwoTiers(final long seed, final BalancingPolicy policy) {
        sim = new Simulation(seed);
        random = new SplittableRandom(seed);
        this.policy = policy;
        heat = new PageHeat(new HeatClock(sim.clock(), sim.lanes().control(), 120), PAGES, PAGE_BYTES);
        Arrays.fill(movedAtMs, -1);
        // As first writes from end to end leave it.
        Arrays.fill(fast, 0, FAST_PAGES, true);
        fastPages = FAST_PAGES;
    }

    /**
     * Lets a step pass.
     *
     * @param shares of all requests that are random ones, by page
     * @param scanShare share of the work that is one scan after the other from end to end, in reads of 64 KiB; 0 to 1
     * @return requests per second; one of 64 KiB counts as two
     */
    double step(final double[] shares, final double scanShare) {
        final int copied = runMoves();
        final int scanned = (int) (scanShare * lastPerS * STEP_S / SCAN_REQUESTS);
        double toFast = 0;
        for (int page = 0; page < PAGES; page++) {
            toFast += fast[page] ? (1 - scanShare) * shares[page] : 0;
        }
        for (int i = 0; i < scanned; i++) {
            toFast += fast[(scanAt + i) % PAGES] ? scanShare / scanned : 0;
        }
        // Each move reads in one pool and writes in the other.
        final double copyPerS = (double) copied * COPY_REQUESTS / STEP_S;
        final double perS = throughput(toFast, FAST_PER_S - copyPerS, SLOW_PER_S - copyPerS);
        lastPerS = perS;
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
        sim.runFor(TimeUnit.SECONDS.toNanos(STEP_S));
        if (++steps % STEPS_PER_MINUTE == 0) {
            ask();
        }
        return perS;
    }

    private void scan(final int pages) {
        for (int i = 0; i < pages; i++) {
            final long startBytes = (long) scanAt * PAGE_BYTES;
            for (int at = 0; at < PAGE_BYTES; at += SCAN_BYTES) {
                heat.touch(false, startBytes + at, SCAN_BYTES);
            }
            scanAt = (scanAt + 1) % PAGES;
        }
    }

    /** Requests per second when the pages that random requests ask for most often lie in the fast pool, as many as fit. */
    static double oracle(final double[] shares, final double scanShare) {
        final double[] sorted = shares.clone();
        Arrays.sort(sorted);
        double toFast = 0;
        for (int i = 1; i <= FAST_PAGES; i++) {
            toFast += sorted[PAGES - i];
        }
        final double scannedFast = scanShare * FAST_PAGES / PAGES;
        return throughput((1 - scanShare) * toFast + scannedFast, FAST_PER_S, SLOW_PER_S);
    }

    /** Pages that must move to have the pages that are asked most often in the fast pool: those, and as many to make room. */
    int movesOfOracle(final double[] shares) {
        final double[] sorted = shares.clone();
        Arrays.sort(sorted);
        final double least = sorted[PAGES - FAST_PAGES];
        int missing = 0;
        for (int page = 0; page < PAGES; page++) {
            missing += shares[page] >= least && !fast[page] ? 1 : 0;
        }
        return 2 * missing;
    }

    private static double throughput(final double toFast, final double fastPerS, final double slowPerS) {
        final double fastS = toFast / fastPerS;
        final double slowS = (1 - toFast) / slowPerS;
        double atFast = 0;
        double atSlow = 0;
        double perS = 0;
        for (int clients = 1; clients <= CLIENTS; clients++) {
            final double waitFast = fastS * (1 + atFast);
            final double waitSlow = slowS * (1 + atSlow);
            perS = clients / (waitFast + waitSlow);
            atFast = perS * waitFast;
            atSlow = perS * waitSlow;
        }
        return perS;
    }

    private void ask() {
        final PictureBuilder builder = new PictureBuilder(List.of(
                pool("fast", FAST_PER_S, fastPages, FAST_TOTAL_PAGES),
                pool("slow", SLOW_PER_S, PAGES - fastPages, SLOW_TOTAL_PAGES)));
        builder.add(this, true);
        final long budget = BUDGET_BYTES_PER_S * STEP_S * STEPS_PER_MINUTE;
        final BalancePlan plan = policy.plan(builder.build(budget, this::sinceMovedMs));
        queue.clear();
        queue.addAll(plan.moves());
    }

    private int runMoves() {
        int copied = 0;
        for (long left = BUDGET_BYTES_PER_S * STEP_S; left >= PAGE_BYTES && !queue.isEmpty(); left -= PAGE_BYTES) {
            final BalanceMove move = queue.poll();
            final int page = (int) move.page();
            if (movedAtMs[page] >= 0) {
                shortestReturnMs = Math.min(shortestReturnMs, sinceMovedMs(0, page));
            }
            movedAtMs[page] = nowMs();
            fast[page] = "fast".equals(move.to());
            fastPages += fast[page] ? 1 : -1;
            if (fastPages > FAST_PAGES) {
                throw new AssertionError("the fast pool is overfilled: " + fastPages);
            }
            copied++;
        }
        moves += copied;
        return copied;
    }

    private long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(sim.clock().nanoTime());
    }

    private long sinceMovedMs(final long volume, final long page) {
        return movedAtMs[(int) page] < 0 ? BalancePage.NEVER : nowMs() - movedAtMs[(int) page];
    }

    private static PoolInfo pool(final String name, final double perS, final long used, final long total) {
        final ServiceFigures figures = new ServiceFigures(perS / 10, perS, perS / 10, perS);
        return new PoolInfo(
                name,
                "10",
                "any",
                1,
                total * PAGE_BYTES,
                used * PAGE_BYTES,
                0,
                0,
                0,
                PoolFullness.NORMAL,
                PoolThresholds.DEFAULT,
                false,
                0,
                new ClassOfService(figures, figures, 50, 1));
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
        return moves;
    }

    /** The shortest time after which a page was moved again, in ms. */
    long shortestReturnMs() {
        return shortestReturnMs;
    }

    @Override
    public long number() {
        return 1;
    }

    @Override
    public String name() {
        return "volume";
    }

    @Override
    public VolumeInfo info() {
        throw new UnsupportedOperationException("nobody asks");
    }

    @Override
    public int pageBytes() {
        return PAGE_BYTES;
    }

    @Override
    public boolean pinned() {
        return false;
    }

    @Override
    public PageHeat heat() {
        return heat;
    }

    @Override
    public List<String> pools() {
        return List.of();
    }

    @Override
    public String poolOf(final long page) {
        return fast[(int) page] ? "fast" : "slow";
    }
}
