package org.isobar.raid;

import java.util.concurrent.TimeUnit;
import org.isobar.common.time.Clock;

/**
 * Holds all sweeps of the engine back while requests come from above: then their workers take turns, with pauses as long as
 * the work before, times a factor, so that together they work only for a share of the time, on one piece at once; and the
 * pieces are small, so that a request that comes meanwhile waits for little. Slow devices are left alone longer by
 * themselves. There the time that a piece takes does not depend on its length, so pieces are long. Without requests sweeps
 * do not pause, and however many there are they make a minimum of headway.
 *
 * <p>Asked once for each piece of a sweep, by any lane, never by a request. Its monitor guards all that is not final, is held for
 * some sums, and no other is taken under it.
 */
final class Pace {
    private static final int PERCENT = 100;
    private static final long PAUSE_NS_MAX = 1_000_000_000;
    /** Of each strip, while requests come. */
    static final int PIECE_BYTES = 1 << 14;
    /** Devices are slow when a piece takes longer than that. */
    private static final long SLOW_NS = 2_000_000;

    private static final int RECENT_SHIFT = 3;

    private final Clock clock;
    private final LaneWork[] works;
    private final int sharePercent;
    private final long floorBytesPerSecond;
    private final long quietNs;
    private int workers;
    /** When the worker that was last given one begins its turn. */
    private long turnNs;
    /** How long pieces took of late: each counts an eighth. */
    private long recentNs;

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
            turnNs = clock.nanoTime();
        }
        workers++;
    }

    synchronized void leave() {
        workers--;
    }

    /** Bytes of each strip that a worker is to take at once, at most. */
    synchronized int pieceBytes() {
        return requestsCome(clock.nanoTime()) && recentNs < SLOW_NS && sharePercent != PERCENT
                ? PIECE_BYTES
                : Integer.MAX_VALUE;
    }

    /**
     * How long a worker is to wait before its next piece, 0 for not at all.
     *
     * @param workedNs how long it took for the last one
     * @param bytes length of the last one, as the sweep counts its progress
     */
    synchronized long pauseNs(final long workedNs, final long bytes) {
        recentNs += workedNs - recentNs >> RECENT_SHIFT;
        final long now = clock.nanoTime();
        if (!requestsCome(now) || sharePercent == PERCENT) {
            return 0;
        }
        final long slowest = TimeUnit.SECONDS.toNanos(1) * bytes / floorBytesPerSecond;
        final long period = Math.min(Math.min(workedNs, PAUSE_NS_MAX) * PERCENT / sharePercent, slowest);
        final long untilTurn = Math.max(turnNs - now + period, period - workedNs);
        final long pauseNs = Math.max(0, Math.min(untilTurn, PAUSE_NS_MAX));
        turnNs = now + pauseNs;
        return pauseNs;
    }

    /** Whether any came since the last look, or not long before it. */
    private boolean requestsCome(final long now) {
        final long begun = requestsBegun();
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
