package org.isobar.itests.simulation.balance;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.isobar.allocation.MostFreeExtentAllocator;
import org.isobar.allocation.SpreadPageAllocator;
import org.isobar.allocation.balance.AdaptiveBalancingPolicy;
import org.isobar.allocation.balance.StayBalancingPolicy;
import org.isobar.api.pool.ClassOfService;
import org.isobar.api.pool.ServiceFigures;
import org.isobar.spi.allocation.AllocationPicture;
import org.isobar.spi.allocation.AllocationPicture.PoolPicture;
import org.isobar.spi.balance.BalanceMove;
import org.isobar.spi.balance.BalancePage;
import org.isobar.spi.balance.BalancePicture;
import org.isobar.spi.balance.BalancePlan;
import org.isobar.spi.balance.BalancePool;
import org.isobar.spi.balance.BalancingPolicy;

/** What the shipped policies must keep to, from a seed and in a second or so: for the test of the tester. */
public final class PlacementSeed {
    private static final int SHORT_MINUTES = 6;
    private static final int SHIFTED_MINUTES = 10;
    private static final long COOL_DOWN_MS = TimeUnit.MINUTES.toMillis(15);
    private static final double OF_STAYING = 0.97;
    private static final double BESIDE = 0.9;
    private static final int PAGE_BYTES = 4 << 20;
    private static final int PICTURES = 200;
    private static final int POOLS = 4;
    private static final int ROOM_MAX = 12;

    private final long seed;
    private final SplittableRandom random;

    private PlacementSeed(final long seed) {
        this.seed = seed;
        random = new SplittableRandom(seed);
    }

    /** Runs one; throws AssertionError when a policy did wrong. */
    public static void run(final long seed) {
        final PlacementSeed run = new PlacementSeed(seed);
        run.givesNoRoomTwice();
        run.movesNothingThatDoesNotPay();
        run.movesNothingWherePagesAreAlike();
        run.staysOffBusyDevices();
        run.followsWithinItsBounds();
    }

    private void givesNoRoomTwice() {
        for (int i = 0; i < PICTURES; i++) {
            final List<PoolPicture> pools =
                    IntStream.range(0, POOLS).mapToObj(this::pool).toList();
            final AllocationPicture picture = new AllocationPicture(1L << 40, PAGE_BYTES, pools);
            check(pools, new SpreadPageAllocator().choose(picture, 2 * ROOM_MAX));
            check(pools, new MostFreeExtentAllocator().choose(picture, 2 * ROOM_MAX));
        }
    }

    private PoolPicture pool(final int number) {
        final ServiceFigures figures = new ServiceFigures(0, random.nextInt(1000), 0, 1);
        return new PoolPicture(
                "pool-" + number,
                "10",
                2L * ROOM_MAX * PAGE_BYTES,
                (long) random.nextInt(ROOM_MAX) * PAGE_BYTES,
                0,
                random.nextInt(3) > 0,
                new ClassOfService(figures, figures, 50, 1));
    }

    /** Healthy pools with room first, then others with room. */
    private void check(final List<PoolPicture> pools, final List<String> chosen) {
        final Map<String, Long> free = new HashMap<>();
        pools.forEach(pool -> free.put(pool.name(), pool.freeBytes()));
        for (final String name : chosen) {
            final PoolPicture pool = pools.stream()
                    .filter(one -> one.name().equals(name))
                    .findFirst()
                    .orElseThrow();
            final boolean room = free.get(name) >= PAGE_BYTES;
            that(room || free.values().stream().allMatch(left -> left < PAGE_BYTES), "no room in " + name);
            that(
                    !room
                            || pool.healthy()
                            || pools.stream().noneMatch(one -> one.healthy() && free.get(one.name()) >= PAGE_BYTES),
                    "not whole: " + name);
            free.merge(name, (long) -PAGE_BYTES, Long::sum);
        }
    }

    private void movesNothingThatDoesNotPay() {
        final double requests = 20 + random.nextInt(10);
        final BalancePage page =
                new BalancePage(1, 0, "slow", PAGE_BYTES, requests, requests / 200, 0, 6, BalancePage.NEVER);
        final BalancePlan plan = new AdaptiveBalancingPolicy()
                .plan(new BalancePicture(
                        1 << 30, List.of(able("fast", 300, 10, 0), able("slow", 100, 10, requests)), List.of(page)));
        that(plan.moves().isEmpty(), "a move that does not pay: " + plan);
    }

    private static BalancePool able(final String name, final double perS, final int pages, final double requests) {
        final double mean = requests / pages;
        return new BalancePool(
                name,
                perS,
                perS,
                requests / 200,
                0,
                (long) pages * PAGE_BYTES,
                100L * PAGE_BYTES,
                75,
                pages,
                mean,
                requests * requests / pages - mean * mean);
    }

    private void movesNothingWherePagesAreAlike() {
        final double[] even = new double[TwoTiers.PAGES];
        Arrays.fill(even, 1.0 / even.length);
        final TwoTiers tiers = new TwoTiers(seed, new AdaptiveBalancingPolicy());
        served(tiers, even, SHORT_MINUTES);
        that(tiers.moves() == 0, "uniform: moves=" + tiers.moves());
    }

    private void staysOffBusyDevices() {
        final double[] shares = PlacementTest.zipf(random);
        final double seen = served(new TwoTiers(seed, new AdaptiveBalancingPolicy(), BESIDE), shares, SHORT_MINUTES);
        final double staying = served(new TwoTiers(seed, new StayBalancingPolicy(), BESIDE), shares, SHORT_MINUTES);
        that(seen >= OF_STAYING * staying, "beside another pool: " + seen / staying);
    }

    private void followsWithinItsBounds() {
        final BalancingPolicy adaptive = new AdaptiveBalancingPolicy();
        final TwoTiers tiers = new TwoTiers(seed, picture -> {
            final BalancePlan plan = adaptive.plan(picture);
            final long bytes = (long) plan.moves().size() * PAGE_BYTES;
            that(bytes <= picture.budgetBytes(), "budget " + picture.budgetBytes() + " planned " + bytes);
            that(
                    plan.moves().stream().map(BalanceMove::page).distinct().count()
                            == plan.moves().size(),
                    "twice");
            return plan;
        });
        served(tiers, PlacementTest.zipf(random), SHORT_MINUTES);
        final double[] shifted = PlacementTest.zipf(random);
        final double first = tiers.step(shifted, 0);
        served(tiers, shifted, SHIFTED_MINUTES);
        final double last = tiers.step(shifted, 0);
        that(last > 1.5 * first, "a shifted hot set: " + first + " " + last);
        that(tiers.shortestReturnMs() >= COOL_DOWN_MS, "returnMs=" + tiers.shortestReturnMs());
    }

    private static double served(final TwoTiers tiers, final double[] shares, final int minutes) {
        double sum = 0;
        for (int step = 0; step < minutes * TwoTiers.STEPS_PER_MINUTE; step++) {
            sum += tiers.step(shares, 0);
        }
        return sum;
    }

    private void that(final boolean holds, final String what) {
        if (!holds) {
            throw new AssertionError("seed=" + seed + " " + what);
        }
    }
}
