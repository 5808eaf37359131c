package org.isobar.testkit.policy;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.isobar.spi.balance.BalanceMove;
import org.isobar.spi.balance.BalancePage;
import org.isobar.spi.balance.BalancePicture;
import org.isobar.spi.balance.BalancePlan;
import org.isobar.spi.balance.BalancePool;
import org.isobar.spi.balance.BalancingPolicy;
import org.junit.Test;

/** What every balancing policy must do, whatever it prefers. */
public abstract class BalancingPolicyContract {
    private static final int SEEDS = 500;
    private static final int TEXT_MAX = 1000;
    private static final int PAGE_BYTES = 4 << 20;

    /** The policy under test. */
    protected abstract BalancingPolicy policy();

    @Test
    public void movesPagesOfThePictureOnceAndWithinTheBudget() {
        for (int seed = 0; seed < SEEDS; seed++) {
            final String what = "seed=" + seed;
            final BalancePicture picture = picture(new Random(seed));
            final Map<Long, BalancePage> pages = new HashMap<>();
            picture.pages().forEach(page -> pages.put(page.page(), page));
            long bytes = 0;
            for (final BalanceMove move : policy().plan(picture).moves()) {
                final BalancePage page = pages.remove(move.page());
                assertNotNull(what, page);
                assertEquals(what, page.volume(), move.volume());
                assertEquals(what, page.pool(), move.from());
                assertNotEquals(what, move.from(), move.to());
                assertTrue(what, page.mayLieIn(move.to()));
                assertFalse(what, move.reason().isBlank());
                bytes += page.bytes();
            }
            assertTrue(what, bytes <= picture.budgetBytes());
        }
    }

    @Test
    public void neverTakesMoreOfAPoolThanIsFree() {
        for (int seed = 0; seed < SEEDS; seed++) {
            final BalancePicture picture = picture(new Random(seed));
            final Map<String, Long> free = new HashMap<>();
            picture.pools().forEach(pool -> free.put(pool.name(), pool.freeBytes()));
            for (final BalanceMove move : policy().plan(picture).moves()) {
                free.merge(move.to(), (long) -PAGE_BYTES, Long::sum);
                assertTrue("seed=" + seed, free.get(move.to()) >= 0);
                free.merge(move.from(), (long) PAGE_BYTES, Long::sum);
            }
        }
    }

    @Test
    public void givesTheSameAnswerToTheSameQuestion() {
        for (int seed = 0; seed < SEEDS; seed++) {
            assertEquals(
                    "seed=" + seed, policy().plan(picture(new Random(seed))), policy().plan(picture(new Random(seed))));
        }
    }

    @Test
    public void saysWhyItDoesNothing() {
        final BalancePlan plan = policy().plan(new BalancePicture(0, List.of(), List.of()));

        assertTrue(plan.moves().isEmpty());
        assertFalse(plan.reason().isBlank());
    }

    @Test
    public void saysOfEveryPageWhatWouldMoveIt() {
        for (int seed = 0; seed < SEEDS / 10; seed++) {
            final BalancePicture picture = picture(new Random(seed));
            for (final BalancePage page : picture.pages()) {
                final String text = policy().wouldMove(picture, page);
                assertTrue("seed=" + seed + " " + text, !text.isBlank() && text.length() <= TEXT_MAX);
            }
        }
    }

    private static BalancePicture picture(final Random random) {
        final int poolCount = 1 + random.nextInt(4);
        final List<BalancePage> pages = new ArrayList<>();
        final List<BalancePool> pools = new ArrayList<>();
        for (int i = 0; i < poolCount; i++) {
            final int pageCount = random.nextInt(60);
            double sum = 0;
            double squares = 0;
            double reads = 0;
            for (int page = 0; page < pageCount; page++) {
                final double requests = random.nextInt(4) == 0 ? random.nextInt(2000) : random.nextInt(5);
                sum += requests;
                squares += requests * requests;
                reads += requests / 100;
                pages.add(new BalancePage(
                        1 + i,
                        1000L * i + page,
                        "pool-" + i,
                        PAGE_BYTES,
                        requests,
                        requests / 100,
                        0,
                        random.nextInt(7),
                        random.nextInt(3) == 0 ? random.nextInt(2_000_000) : BalancePage.NEVER,
                        random.nextInt(4) == 0 ? List.of("pool-" + i, "pool-0") : List.of()));
            }
            final double mean = pageCount == 0 ? 0 : sum / pageCount;
            pools.add(new BalancePool(
                    "pool-" + i,
                    random.nextInt(20) == 0 ? 0 : 50 + random.nextInt(500),
                    50 + random.nextInt(500),
                    reads,
                    0,
                    (long) pageCount * PAGE_BYTES,
                    (long) random.nextInt(60) * PAGE_BYTES,
                    50 + random.nextInt(48),
                    pageCount,
                    mean,
                    pageCount == 0 ? 0 : squares / pageCount - mean * mean,
                    random.nextInt(3) == 0 ? random.nextDouble() : 0,
                    i > 0 && random.nextInt(3) == 0 ? Map.of("pool-0", random.nextDouble()) : Map.of()));
        }
        pages.sort(Comparator.comparingDouble(BalancePage::requests).reversed());
        return new BalancePicture((long) random.nextInt(50) * PAGE_BYTES, pools, pages);
    }
}
