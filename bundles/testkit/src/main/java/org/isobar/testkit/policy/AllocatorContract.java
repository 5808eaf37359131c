package org.isobar.testkit.policy;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.isobar.api.pool.ClassOfService;
import org.isobar.api.pool.ServiceFigures;
import org.isobar.spi.allocation.AllocationPicture;
import org.isobar.spi.allocation.AllocationPicture.PoolPicture;
import org.junit.Test;

/** What allocators of extents and of pages must do alike; extend the one of your kind. */
public abstract class AllocatorContract {
    /** What decisions of the tests are about. */
    protected static final long UNIT_BYTES = 4L << 20;

    private static final int SEEDS = 500;
    private static final int COUNT_MAX = 1024;
    private static final long LIMIT_MS = 1_000;

    AllocatorContract() {}

    /** Asks the allocator under test. */
    protected abstract List<String> decide(AllocationPicture picture, int count);

    /** A picture for units of {@link #UNIT_BYTES}. */
    protected static AllocationPicture picture(final PoolPicture... pools) {
        return new AllocationPicture(1L << 40, UNIT_BYTES, List.of(pools));
    }

    /** A healthy pool of nothing else, of which nothing is measured. */
    protected static PoolPicture pool(final String name, final long sizeUnits, final long freeUnits) {
        return pool(name, sizeUnits, freeUnits, 0, 0);
    }

    /** A healthy pool with some units of the volume. */
    protected static PoolPicture pool(
            final String name,
            final long sizeUnits,
            final long freeUnits,
            final long volumeUnits,
            final double readsPerS) {
        final ServiceFigures figures = new ServiceFigures(0, readsPerS, 0, 0);
        return new PoolPicture(
                name,
                "10",
                sizeUnits * UNIT_BYTES,
                freeUnits * UNIT_BYTES,
                volumeUnits * UNIT_BYTES,
                true,
                new ClassOfService(figures, figures, 50, 1));
    }

    /** The same pool with a set that is not HEALTHY. */
    protected static PoolPicture unhealthy(final PoolPicture pool) {
        return new PoolPicture(
                pool.name(),
                pool.level(),
                pool.sizeBytes(),
                pool.freeBytes(),
                pool.volumeBytes(),
                false,
                pool.service());
    }

    private static AllocationPicture randomPicture(final Random random) {
        final PoolPicture[] pools = new PoolPicture[1 + random.nextInt(6)];
        for (int i = 0; i < pools.length; i++) {
            final int size = random.nextInt(200);
            final PoolPicture pool =
                    pool("P" + i, size, random.nextInt(size + 1), random.nextInt(50), random.nextInt(3) * 100);
            pools[i] = random.nextInt(4) == 0 ? unhealthy(pool) : pool;
        }
        return picture(pools);
    }

    @Test
    public void namesAsManyPoolsAsAskedForAndOnlyThoseItWasOffered() {
        for (int seed = 0; seed < SEEDS; seed++) {
            final Random random = new Random(seed);
            final AllocationPicture picture = randomPicture(random);
            final List<String> known =
                    picture.pools().stream().map(PoolPicture::name).toList();
            final int count = 1 + random.nextInt(100);
            final List<String> names = decide(picture, count);
            assertEquals("seed=" + seed, count, names.size());
            assertTrue("seed=" + seed + " " + names, known.containsAll(names));
        }
    }

    @Test
    public void givesTheSameAnswerToTheSameQuestion() {
        for (int seed = 0; seed < SEEDS; seed++) {
            final AllocationPicture picture = randomPicture(new Random(seed));
            assertEquals("seed=" + seed, decide(picture, 64), decide(picture, 64));
        }
    }

    @Test
    public void usesNoPoolBeyondItsRoomWhileAnotherHasSome() {
        for (int seed = 0; seed < SEEDS; seed++) {
            final AllocationPicture picture = randomPicture(new Random(seed));
            final Map<String, Long> left = new HashMap<>();
            picture.pools().forEach(pool -> left.put(pool.name(), pool.freeBytes() / UNIT_BYTES));
            for (final String name : decide(picture, 64)) {
                final boolean roomElsewhere = left.values().stream().anyMatch(units -> units > 0);
                assertTrue(
                        "seed=" + seed + " pool=" + name + " left=" + left,
                        left.merge(name, -1L, Long::sum) >= 0 || !roomElsewhere);
            }
        }
    }

    @Test
    public void answersWhenNoPoolHasRoom() {
        assertEquals(8, decide(picture(pool("A", 10, 0), pool("B", 0, 0)), 8).size());
    }

    @Test
    public void answersTheLongestQuestionInTime() {
        final List<PoolPicture> pools = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            pools.add(pool("P" + i, 1 << 20, 1 << (i + 1), i, i));
        }
        final AllocationPicture picture = picture(pools.toArray(PoolPicture[]::new));
        final long beganNs = System.nanoTime();
        assertEquals(COUNT_MAX, decide(picture, COUNT_MAX).size());
        final long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beganNs);
        assertTrue("took " + tookMs + " ms", tookMs < LIMIT_MS);
    }
}
