package org.isobar.device.health;

import java.util.concurrent.TimeUnit;
import org.isobar.common.Check;

/**
 * How patient the member is with its devices.
 *
 * @param timeoutMs an operation that takes longer is evidence against its device
 * @param limitMs an operation that takes longer is given up, and its device with it
 * @param readRetries times that a failed read is tried again, 0 for never
 * @param retryDelayMs pause before that
 * @param lookMs pause between two looks at the evidence
 * @param halfLifeS seconds after which half of an event is forgotten
 * @param slowFactor a device is slow when its latency is so many times its peers', or its own of before
 * @param writeErrorLimit failed writes in a row after which a device is failed
 * @param holdOffMs shortest pause before a device that went away again is let in
 * @param holdOffMaxMs longest such pause
 */
public record HealthSettings(
        int timeoutMs,
        int limitMs,
        int readRetries,
        int retryDelayMs,
        int lookMs,
        int halfLifeS,
        int slowFactor,
        int writeErrorLimit,
        int holdOffMs,
        int holdOffMaxMs) {
    private static final int MS_MAX = 3_600_000;
    private static final int TIMEOUT_MS_MIN = 100;
    private static final int RETRIES_MAX = 5;
    private static final int RETRY_DELAY_MS_MAX = 10_000;
    private static final int LOOK_MS_MIN = 100;
    private static final int LOOK_MS_MAX = 600_000;
    private static final int HALF_LIFE_S_MIN = 60;
    private static final int HALF_LIFE_S_MAX = 30 * 24 * 3600;
    private static final int SLOW_FACTOR_MAX = 1000;
    private static final int WRITE_ERROR_LIMIT_MAX = 1_000_000;
    private static final int HOLD_OFF_MS_MAX = 24 * 3_600_000;

    /** What a member uses unless told otherwise. */
    public static final HealthSettings DEFAULT =
            new HealthSettings(8_000, 25_000, 2, 100, 5_000, 21_600, 8, 16, 10_000, 3_600_000);

    public HealthSettings {
        Check.range("io.timeout.ms", timeoutMs, TIMEOUT_MS_MIN, MS_MAX);
        Check.range("io.limit.ms", limitMs, timeoutMs, MS_MAX);
        Check.range("read.retries", readRetries, 0, RETRIES_MAX);
        Check.range("read.retry.ms", retryDelayMs, 1, RETRY_DELAY_MS_MAX);
        Check.range("health.look.ms", lookMs, LOOK_MS_MIN, LOOK_MS_MAX);
        Check.range("health.half.life.s", halfLifeS, HALF_LIFE_S_MIN, HALF_LIFE_S_MAX);
        Check.range("slow.factor", slowFactor, 2, SLOW_FACTOR_MAX);
        Check.range("write.error.limit", writeErrorLimit, 1, WRITE_ERROR_LIMIT_MAX);
        Check.range("hold.off.ms", holdOffMs, 0, HOLD_OFF_MS_MAX);
        Check.range("hold.off.max.ms", holdOffMaxMs, holdOffMs, HOLD_OFF_MS_MAX);
    }

    /** The same with another limit of failed writes. */
    public HealthSettings withWriteErrorLimit(final int limit) {
        return new HealthSettings(
                timeoutMs,
                limitMs,
                readRetries,
                retryDelayMs,
                lookMs,
                halfLifeS,
                slowFactor,
                limit,
                holdOffMs,
                holdOffMaxMs);
    }

    long retryDelayNs() {
        return TimeUnit.MILLISECONDS.toNanos(retryDelayMs);
    }
}
