package org.isobar.device.health;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import org.junit.Test;

public class HealthSettingsTest {
    private static final int[] GOOD = {8_000, 25_000, 2, 100, 5_000, 21_600, 8, 16, 10_000, 3_600_000};
    private static final String[] NAMES = {
        "io.timeout.ms",
        "io.limit.ms",
        "read.retries",
        "read.retry.ms",
        "health.look.ms",
        "health.half.life.s",
        "slow.factor",
        "write.error.limit",
        "hold.off.ms",
        "hold.off.max.ms"
    };
    private static final int[] TOO_SMALL = {99, 7_999, -1, 0, 99, 59, 1, 0, -1, 9_999};
    private static final int[] TOO_LARGE = {
        3_600_001, 3_600_001, 6, 10_001, 600_001, 2_592_001, 1001, 1_000_001, 86_400_001, 86_400_001
    };

    @Test
    public void eachBoundIsKeptAndNamed() {
        for (int field = 0; field < NAMES.length; field++) {
            refused(field, TOO_SMALL[field]);
            refused(field, TOO_LARGE[field]);
        }
    }

    @Test
    public void theUsualOnesAreGood() {
        assertEquals(HealthSettings.DEFAULT, of(GOOD));
    }

    private static void refused(final int field, final int value) {
        final int[] values = GOOD.clone();
        values[field] = value;
        final IllegalArgumentException refusal =
                assertThrows(NAMES[field] + "=" + value, IllegalArgumentException.class, () -> of(values));
        assertTrue(refusal.getMessage(), refusal.getMessage().startsWith(NAMES[field] + ":"));
    }

    private static HealthSettings of(final int[] v) {
        return new HealthSettings(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9]);
    }
}
