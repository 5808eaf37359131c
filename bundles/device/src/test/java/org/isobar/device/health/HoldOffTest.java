package org.isobar.device.health;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.Test;

public class HoldOffTest {
    /** Half of the range of random numbers: no jitter. */
    private static final long MIDDLE = 1L << 63;

    @Test
    public void theFirstTimeThereIsNone() {
        assertEquals(0, HoldOff.pauseNs(1, HealthSettings.DEFAULT, MIDDLE));
        assertEquals(0, HoldOff.pauseNs(1.4, HealthSettings.DEFAULT, MIDDLE));
    }

    @Test
    public void doublesFromTheSecondTimeOn() {
        assertEquals(10_000, ms(2));
        assertEquals(20_000, ms(3));
        assertEquals(40_000, ms(4));
    }

    @Test
    public void isBounded() {
        assertEquals(3_600_000, ms(20));
        assertEquals(3_600_000, ms(1e9));
    }

    @Test
    public void jitterStaysWithinItsShare() {
        final Random random = new Random(7);
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int i = 0; i < 10_000; i++) {
            final long pauseNs = HoldOff.pauseNs(2, HealthSettings.DEFAULT, random.nextLong());
            least = Math.min(least, pauseNs);
            most = Math.max(most, pauseNs);
        }
        assertTrue("" + least, least >= 7_500_000_000L && least < 7_600_000_000L);
        assertTrue("" + most, most <= 12_500_000_000L && most > 12_400_000_000L);
    }

    private static long ms(final double flaps) {
        return TimeUnit.NANOSECONDS.toMillis(HoldOff.pauseNs(flaps, HealthSettings.DEFAULT, MIDDLE));
    }
}
