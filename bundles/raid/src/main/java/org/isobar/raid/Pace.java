package org.isobar.raid;

import java.util.concurrent.TimeUnit;
import org.isobar.common.time.Clock;

/**
 * Holds all sweeps of the engine back while requests come from above: then they have together, on average, only a share
 * of one stripe in work, so that a request seldom waits behind more than one of their accesses, and none for longer
 * than that. Slow devices are left alone longer by themselves, since a pause is as long as the work before it, times a
 * factor. Without requests sweeps do not pause, and however many there are they make a minimum of headway.
 *
 * <p>Asked once for each stripe of a sweep, by any lane, never by a request. Its monitor guards all that is not final, is held for
 * some sums, and no other is taken under it.
 */
final class Pace {
    private static final int PERCENT = 100;
    private static final long PAUSE_NS_MAX = 1_000_000_000;

    private final Clock clock;
    private final LaneWork[] works;
    private final int sharePercent;
    private final long floorBytesPerSecond;
    private final long quietNs;
    private int workers;
    private long seen;
    private long seenNs;
    private boolean everSeen;

    Pace(final Clock clock, final LaneWork[] works, final EngineSettings settings) {
        this.clock = clock;
        this.works = works;
        sharePercent = settings.sweepShare();
        floorBytesPerSecond = settings.sweepFloorBytesPerSecond();
        quietNs = settings.sweepQuietNs();
    }

    /** A worker goes through stripes from now on. */
    synchronized void enter() {
        if (workers == 0) {
            // When those came that nobody looked at is not known.
            seen = requestsBegun();
        }
        workers++;
    }

    synchronized void leave() {
        workers--;
    }

    /**
     * How long a worker is to wait before its next stripe, 0 for not at all.
     *
     * @param workedNs how long it took for the last one
     * @param bytes length of the last one, as the sweep counts its progress
     */
    synchronized long pauseNs(final long workedNs, final long bytes) {
        if (!requestsCome() || sharePercent == PERCENT) {
            return 0;
        }
        final long period = Math.min(workedNs, PAUSE_NS_MAX) * workers * PERCENT / sharePercent;
        final long slowest = TimeUnit.SECONDS.toNanos(1) * bytes / floorBytesPerSecond * workers;
        return Math.max(0, Math.min(Math.min(period, slowest) - workedNs, PAUSE_NS_MAX));
    }

    /** Whether any came since the last look, or not long before it. */
    private boolean requestsCome() {
        final long begun = requestsBegun();
        final long now = clock.nanoTime();
        if (begun != seen) {
            seen = begun;
            seenNs = now;
            everSeen = true;
        }
        return everSeen && now - seenNs < quietNs;
    }

    private long requestsBegun() {
        long begun = 0;
        for (final LaneWork work : works) {
            begun += work.requestsBegun();
        }
        return begun;
    }
}
