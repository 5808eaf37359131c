package org.isobar.device.health;

import java.util.concurrent.TimeUnit;

/** How long a device that came and went stays out before it is let in again: longer each time, within bounds. Pure. */
final class HoldOff {
    /** Of the pause, at most so much more or less, lest many devices of one loose cable come back together. */
    static final double JITTER = 0.25;

    private static final int DOUBLINGS_MAX = 30;

    private HoldOff() {}

    /**
     * The pause after a device went away, in nanoseconds. The first time there is none: a cable may be pulled by mistake.
     *
     * @param flaps times that it went away, decayed, this one included
     * @param random any 64 bits
     */
    static long pauseNs(final double flaps, final HealthSettings settings, final long random) {
        final int again = (int) Math.min(DOUBLINGS_MAX, Math.round(flaps) - 1);
        if (again <= 0) {
            return 0;
        }
        final double usualMs = Math.min(settings.holdOffMaxMs(), settings.holdOffMs() * Math.pow(2, again - 1));
        final double spread = (random >>> 11) * 0x1.0p-53 * 2 - 1;
        return (long) (usualMs * (1 + JITTER * spread) * TimeUnit.MILLISECONDS.toNanos(1));
    }
}
