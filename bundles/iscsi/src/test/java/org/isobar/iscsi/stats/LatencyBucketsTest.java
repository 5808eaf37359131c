package org.isobar.iscsi.stats;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import org.isobar.api.statistics.LatencyStatistics;
import org.junit.Test;

public final class LatencyBucketsTest {
    private final AtomicLongArray buckets = new AtomicLongArray(LatencyBuckets.COUNT);

    @Test
    public void putsEveryLatencyIntoABucketAtMostASixteenthWide() {
        int previous = 0;
        for (long us = 0; us < 1L << 26; us = us < 100_000 ? us + 1 : us + us / 1000) {
            final int index = LatencyBuckets.indexOf(us);
            assertTrue(us + " us", index == previous || index == previous + 1);
            final long highest = LatencyBuckets.highestUs(index);
            assertTrue(us + " us", us <= highest && highest - us <= us / 16);
            assertTrue(us + " us", index == 0 || LatencyBuckets.highestUs(index - 1) < us);
            previous = index;
        }
        assertEquals(LatencyBuckets.COUNT - 1, previous);
    }

    @Test
    public void keepsWhatIsOutOfRangeAtTheEnds() {
        assertEquals(LatencyBuckets.COUNT - 1, LatencyBuckets.indexOf(Long.MAX_VALUE));
        assertEquals(LatencyBuckets.COUNT - 1, LatencyBuckets.indexOf(1L << 26));
        assertEquals(0, LatencyBuckets.indexOf(-1));
        assertEquals(0, LatencyBuckets.indexOf(Long.MIN_VALUE));
    }

    @Test
    public void tellsPercentilesNeverLowerThanTheTruth() {
        for (long us = 1; us <= 1000; us++) {
            buckets.incrementAndGet(LatencyBuckets.indexOf(us));
        }
        final LatencyStatistics statistics = LatencyBuckets.statistics(buckets::get, 500_500, 1000);
        assertEquals(1000, statistics.count());
        assertEquals(500, statistics.meanUs());
        assertNear(500, statistics.p50Us());
        assertNear(900, statistics.p90Us());
        assertNear(990, statistics.p99Us());
        assertNear(999, statistics.p999Us());
        assertEquals(1000, statistics.maxUs());
        final List<Long> below = statistics.belowBounds();
        assertEquals(LatencyStatistics.boundsUs().size(), below.size());
        for (int i = 0; i < below.size(); i++) {
            assertEquals(Math.min(1000, LatencyStatistics.boundsUs().get(i) - 1), (long) below.get(i));
        }
    }

    @Test
    public void tellsNothingOfNothing() {
        final LatencyStatistics statistics = LatencyBuckets.statistics(buckets::get, 0, 0);
        assertEquals(0, statistics.count() + statistics.p50Us() + statistics.p999Us() + statistics.meanUs());
        assertEquals(0, (long) statistics.belowBounds().get(0));
    }

    private static void assertNear(final long truthUs, final long saidUs) {
        assertTrue(truthUs + " is said to be " + saidUs, saidUs >= truthUs && saidUs <= truthUs + truthUs / 16);
    }
}
