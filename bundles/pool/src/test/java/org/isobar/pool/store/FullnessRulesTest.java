package org.isobar.pool.store;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import org.isobar.api.StorageException;
import org.isobar.api.pool.PoolFullness;
import org.isobar.api.pool.PoolThresholds;
import org.junit.Test;

public class FullnessRulesTest {
    private static final long TOTAL = 10_000;

    @Test
    public void risesAtEachThreshold() {
        assertEquals(PoolFullness.NORMAL, next(PoolFullness.NORMAL, 7_499));
        assertEquals(PoolFullness.WARNING, next(PoolFullness.NORMAL, 7_500));
        assertEquals(PoolFullness.WARNING, next(PoolFullness.NORMAL, 8_999));
        assertEquals(PoolFullness.CRITICAL, next(PoolFullness.NORMAL, 9_000));
        assertEquals(PoolFullness.CRITICAL, next(PoolFullness.WARNING, 9_999));
        assertEquals(PoolFullness.FULL, next(PoolFullness.NORMAL, 10_000));
    }

    @Test
    public void fallsOnlyWellBelowAThreshold() {
        assertEquals(PoolFullness.FULL, next(PoolFullness.FULL, 9_901));
        assertEquals(PoolFullness.CRITICAL, next(PoolFullness.FULL, 9_900));
        assertEquals(PoolFullness.CRITICAL, next(PoolFullness.CRITICAL, 8_800));
        assertEquals(PoolFullness.WARNING, next(PoolFullness.CRITICAL, 8_799));
        assertEquals(PoolFullness.WARNING, next(PoolFullness.WARNING, 7_300));
        assertEquals(PoolFullness.NORMAL, next(PoolFullness.WARNING, 7_299));
        assertEquals(PoolFullness.NORMAL, next(PoolFullness.FULL, 0));
    }

    @Test
    public void copesWithTheSmallestAndTheLargestPools() {
        assertEquals(PoolFullness.FULL, FullnessRules.next(PoolFullness.NORMAL, PoolThresholds.DEFAULT, 0, 0));
        final PoolThresholds lowest = new PoolThresholds(1, 2);
        assertEquals(PoolFullness.NORMAL, FullnessRules.next(PoolFullness.CRITICAL, lowest, 0, 1));
        assertEquals(PoolFullness.CRITICAL, FullnessRules.next(PoolFullness.NORMAL, lowest, 1, 1));
        assertEquals(
                PoolFullness.WARNING,
                FullnessRules.next(PoolFullness.NORMAL, PoolThresholds.DEFAULT, 3L << 60, 1L << 60));
    }

    @Test
    public void refusesThresholdsOutOfBoundsOrOrder() {
        refused("warningPercent", 0, 90);
        refused("warningPercent", 99, 99);
        refused("criticalPercent", 75, 75);
        refused("criticalPercent", 75, 100);
    }

    private static void refused(final String field, final int warning, final int critical) {
        final StorageException refused =
                assertThrows(StorageException.class, () -> new PoolThresholds(warning, critical));
        assertEquals(StorageException.Code.INVALID, refused.code());
        assertTrue(refused.getMessage(), refused.getMessage().startsWith(field + ":"));
    }

    private static PoolFullness next(final PoolFullness now, final long used) {
        return FullnessRules.next(now, PoolThresholds.DEFAULT, used, TOTAL - used);
    }
}
