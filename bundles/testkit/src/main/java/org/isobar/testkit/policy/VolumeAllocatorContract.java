package org.isobar.testkit.policy;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.isobar.spi.allocation.VolumeAllocator;
import org.isobar.spi.allocation.VolumeAllocator.Candidate;
import org.junit.Test;

/** What every volume allocator must do, whatever it prefers. */
public abstract class VolumeAllocatorContract {
    private static final int SEEDS = 500;
    private static final long GIB = 1L << 30;

    /** The allocator under test. */
    protected abstract VolumeAllocator allocator();

    private static List<Candidate> pools(final Random random) {
        final List<Candidate> pools = new ArrayList<>();
        final int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            pools.add(new Candidate("P" + i, "5", random.nextInt(5) * GIB, random.nextBoolean()));
        }
        return List.copyOf(pools);
    }

    @Test
    public void choosesOneOfTheCandidatesThatHasRoomOrNone() {
        for (int seed = 0; seed < SEEDS; seed++) {
            final Random random = new Random(seed);
            final List<Candidate> pools = pools(random);
            final long sizeBytes = random.nextInt(6) * GIB;
            final Optional<String> chosen = allocator().choose(pools, sizeBytes);
            if (chosen.isPresent()) {
                assertTrue(
                        "seed=" + seed + " chosen=" + chosen,
                        pools.stream()
                                .anyMatch(pool -> pool.name().equals(chosen.get()) && pool.freeBytes() >= sizeBytes));
            } else {
                assertTrue("seed=" + seed, pools.stream().noneMatch(pool -> pool.freeBytes() >= sizeBytes));
            }
        }
    }

    @Test
    public void givesTheSameAnswerToTheSameQuestion() {
        for (int seed = 0; seed < SEEDS; seed++) {
            final List<Candidate> pools = pools(new Random(seed));
            assertEquals(
                    "seed=" + seed, allocator().choose(pools, GIB), allocator().choose(pools, GIB));
        }
    }

    @Test
    public void fitsExactly() {
        assertEquals(Optional.of("P"), allocator().choose(List.of(new Candidate("P", "10", GIB, true)), GIB));
        assertEquals(Optional.empty(), allocator().choose(List.of(new Candidate("P", "10", GIB, true)), GIB + 1));
    }

    @Test
    public void prefersHealthyPool() {
        final Candidate sick = new Candidate("sick", "10", 4 * GIB, false);
        for (final long free : new long[] {2 * GIB, 4 * GIB, 8 * GIB}) {
            final Candidate well = new Candidate("well", "10", free, true);
            assertEquals(Optional.of("well"), allocator().choose(List.of(sick, well), GIB));
            assertEquals(Optional.of("well"), allocator().choose(List.of(well, sick), GIB));
        }
    }

    @Test
    public void takesDegradedPoolRatherThanNone() {
        final Candidate sick = new Candidate("sick", "10", 4 * GIB, false);
        final Candidate small = new Candidate("small", "10", GIB, true);
        assertEquals(Optional.of("sick"), allocator().choose(List.of(small, sick), 3 * GIB));
    }
}
