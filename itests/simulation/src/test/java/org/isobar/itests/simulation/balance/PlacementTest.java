package org.isobar.itests.simulation.balance;

import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.isobar.allocation.balance.AdaptiveBalancingPolicy;
import org.isobar.allocation.balance.StayBalancingPolicy;
import org.isobar.spi.balance.BalancePicture;
import org.isobar.spi.balance.BalancePool;
import org.isobar.spi.balance.BalancingPolicy;
import org.junit.Test;

/**
 * The adaptive policy on devices three to one as fast, against leaving all where it is and against knowing everything.
 * {@code -Disobar.placement.seeds=N} runs so many seeds of the load that shifts.
 */
public final class PlacementTest {
    private static final int SEEDS = Integer.getInteger("isobar.placement.seeds", 20);
    private static final int OTHER_SEEDS = 3;
    private static final int PHASES = 3;
    private static final int PHASE_MINUTES = 30;
    private static final int ADAPTED_AFTER_MINUTES = 10;
    private static final int STEADY_MINUTES = 5;
    private static final double OF_ORACLE = 0.85;
    private static final double OF_STAYING = 0.97;
    private static final long COOL_DOWN_MS = TimeUnit.MINUTES.toMillis(15);
    private static final double SCAN_SHARE = 0.25;
    /** Share of their time for which the fast devices are busy with another pool: what is left is less than the slow ones do. */
    private static final double BESIDE = 0.9;

    private static final String SEED = "seed=";

    @Test
    public void followsAHotSetThatShifts() {
        final List<Outcome> outcomes = IntStream.range(0, SEEDS)
                .parallel()
                .boxed()
                .flatMap(seed -> shifting(seed).stream())
                .toList();
        System.out.printf(
                "shifting: seeds=%d of the oracle's throughput after %d min: worst %.3f mean %.3f, without moves %.3f;"
                        + " moves of the oracle's: %.2f%n",
                SEEDS,
                ADAPTED_AFTER_MINUTES,
                outcomes.stream().mapToDouble(Outcome::least).min().orElseThrow(),
                outcomes.stream().mapToDouble(Outcome::mean).average().orElseThrow(),
                outcomes.stream().mapToDouble(Outcome::staying).average().orElseThrow(),
                outcomes.stream()
                        .mapToDouble(outcome -> (double) outcome.moves / outcome.movesOfOracle)
                        .average()
                        .orElseThrow());
    }

    private static List<Outcome> shifting(final int seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final TwoTiers tiers = new TwoTiers(seed, new AdaptiveBalancingPolicy());
        final List<Outcome> outcomes = new ArrayList<>();
        for (int phase = 0; phase < PHASES; phase++) {
            final Outcome outcome = phase(tiers, zipf(random), 0);
            final String what = SEED + seed + " phase=" + phase + " " + outcome;
            assertTrue(what, outcome.least >= OF_ORACLE);
            assertTrue(what, outcome.moves <= 2 * outcome.movesOfOracle);
            assertTrue(what, outcome.lateMoves <= outcome.movesOfOracle / 10);
            outcomes.add(outcome);
        }
        assertTrue(SEED + seed + " returnMs=" + tiers.shortestReturnMs(), tiers.shortestReturnMs() >= COOL_DOWN_MS);
        return outcomes;
    }

    @Test
    public void keepsTheBusyPagesWhileOthersScan() {
        for (int seed = 0; seed < OTHER_SEEDS; seed++) {
            final Outcome outcome = phase(
                    new TwoTiers(seed, new AdaptiveBalancingPolicy()), zipf(new SplittableRandom(seed)), SCAN_SHARE);
            assertTrue(SEED + seed + " " + outcome, outcome.mean >= OF_ORACLE);
            assertTrue(SEED + seed + " " + outcome, outcome.moves <= 2 * outcome.movesOfOracle);
        }
    }

    @Test
    public void leavesAUniformLoadAlone() {
        final double[] even = new double[TwoTiers.PAGES];
        Arrays.fill(even, 1.0 / even.length);
        assertNoHarm("uniform", even, 0);
    }

    @Test
    public void leavesAScanAlone() {
        assertNoHarm("scan", new double[TwoTiers.PAGES], 1);
    }

    private static void assertNoHarm(final String load, final double[] shares, final double scanShare) {
        for (int seed = 0; seed < OTHER_SEEDS; seed++) {
            final TwoTiers adaptive = new TwoTiers(seed, new AdaptiveBalancingPolicy());
            final double served = served(adaptive, shares, scanShare);
            final double ratio = served / served(new TwoTiers(seed, new StayBalancingPolicy()), shares, scanShare);
            System.out.printf("%s: seed=%d of staying: %.4f moves=%d%n", load, seed, ratio, adaptive.moves());
            assertTrue(load + " " + SEED + seed + " ratio=" + ratio, ratio >= OF_STAYING);
        }
    }

    @Test
    public void keepsOffDevicesThatAnotherPoolKeepsBusy() {
        for (int seed = 0; seed < OTHER_SEEDS; seed++) {
            final double[] shares = zipf(new SplittableRandom(seed));
            final double seen = servedBeside(seed, shares, new AdaptiveBalancingPolicy());
            final double staying = servedBeside(seed, shares, new StayBalancingPolicy());
            final AdaptiveBalancingPolicy adaptive = new AdaptiveBalancingPolicy();
            final double unseen = servedBeside(seed, shares, picture -> adaptive.plan(blind(picture)));
            System.out.printf(
                    "busy with another pool: seed=%d of staying: %.3f, when that is not seen %.3f%n",
                    seed, seen / staying, unseen / staying);
            assertTrue(SEED + seed + " seen=" + seen / staying, seen >= OF_STAYING * staying);
            assertTrue(SEED + seed + " unseen=" + unseen / seen, unseen < OF_ORACLE * seen);
        }
    }

    private static double servedBeside(final int seed, final double[] shares, final BalancingPolicy policy) {
        return served(new TwoTiers(seed, policy, BESIDE), shares, 0);
    }

    private static BalancePicture blind(final BalancePicture picture) {
        return new BalancePicture(
                picture.budgetBytes(),
                picture.pools().stream().map(PlacementTest::blind).toList(),
                picture.pages());
    }

    private static BalancePool blind(final BalancePool pool) {
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
                pool.varianceRequests());
    }

    private static double served(final TwoTiers tiers, final double[] shares, final double scanShare) {
        double sum = 0;
        for (int step = 0; step < PHASES * PHASE_MINUTES * TwoTiers.STEPS_PER_MINUTE; step++) {
            sum += tiers.step(shares, scanShare);
        }
        return sum;
    }

    private static Outcome phase(final TwoTiers tiers, final double[] shares, final double scanShare) {
        final BalancingPolicy stay = new StayBalancingPolicy();
        final double oracle = TwoTiers.oracle(shares, scanShare);
        final double staying = new TwoTiers(0, stay).step(shares, scanShare) / oracle;
        final int movesOfOracle = tiers.movesOfOracle(shares);
        final int before = tiers.moves();
        int beforeSteady = 0;
        double least = Double.MAX_VALUE;
        double sum = 0;
        for (int minute = 0; minute < PHASE_MINUTES; minute++) {
            if (minute == PHASE_MINUTES - STEADY_MINUTES) {
                beforeSteady = tiers.moves();
            }
            for (int step = 0; step < TwoTiers.STEPS_PER_MINUTE; step++) {
                final double part = tiers.step(shares, scanShare) / oracle;
                if (minute >= ADAPTED_AFTER_MINUTES) {
                    least = Math.min(least, part);
                    sum += part;
                }
            }
        }
        final int adapted = (PHASE_MINUTES - ADAPTED_AFTER_MINUTES) * TwoTiers.STEPS_PER_MINUTE;
        return new Outcome(
                least, sum / adapted, staying, tiers.moves() - before, movesOfOracle, tiers.moves() - beforeSteady);
    }

    /** Shares by Zipf's law with exponent 1, the ranks anywhere. */
    static double[] zipf(final SplittableRandom random) {
        final double[] shares = new double[TwoTiers.PAGES];
        double sum = 0;
        for (int i = 0; i < shares.length; i++) {
            shares[i] = 1.0 / (i + 1);
            sum += shares[i];
        }
        for (int i = shares.length - 1; i >= 0; i--) {
            final int j = random.nextInt(i + 1);
            final double swapped = shares[j];
            shares[j] = shares[i];
            shares[i] = swapped / sum;
        }
        return shares;
    }

    /**
     * How a phase went.
     *
     * @param least share of the oracle's throughput once adapted, of any step
     * @param mean the same of all steps; a scan is faster at some times than at others
     * @param staying the same without any moves
     * @param moves pages moved
     * @param movesOfOracle pages that the oracle would move
     * @param lateMoves of the moves, in the last minutes
     */
    private record Outcome(double least, double mean, double staying, int moves, int movesOfOracle, int lateMoves) {}
}
