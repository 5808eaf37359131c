package org.isobar.volume.heat;

import java.util.concurrent.TimeUnit;
import org.isobar.common.Check;
import org.isobar.common.lane.Lane;
import org.isobar.common.time.Clock;

/**
 * Time as heat knows it: epochs as long as its half-life, counted from the start of the member. Any thread. Asking the time
 * costs more than all else that is done for a request, so the first request of an epoch asks, and sets a timer for its end;
 * a member without requests has no timer.
 */
public final class HeatClock {
    private static final int HALF_LIFE_MIN_S = 10;
    private static final int HALF_LIFE_MAX_S = 86_400;
    private static final int UNKNOWN = -1;

    private final Clock clock;
    private final Lane timers;
    private final long originNs;
    private final long epochNs;
    private final Runnable end = this::epochEnds;
    /** The present epoch, or UNKNOWN until a request asks. */
    private volatile int known = UNKNOWN;

    /**
     * Begins the first epoch.
     *
     * @param timers where the end of an epoch is noticed
     * @param halfLifeS after so long without requests half of the heat is left, 10 to 86400
     */
    public HeatClock(final Clock clock, final Lane timers, final int halfLifeS) {
        this.clock = clock;
        this.timers = timers;
        originNs = clock.nanoTime();
        epochNs =
                TimeUnit.SECONDS.toNanos(Check.range("heat.half.life.s", halfLifeS, HALF_LIFE_MIN_S, HALF_LIFE_MAX_S));
    }

    /** The epoch of a request, 0 for the first; late by as much as timers are. */
    int epochOfRequest() {
        final int now = known;
        return now == UNKNOWN ? epochBegins() : now;
    }

    private int epochBegins() {
        final long ageNs = clock.nanoTime() - originNs;
        final int now = (int) (ageNs / epochNs);
        known = now;
        timers.schedule(end, epochNs - ageNs % epochNs);
        return now;
    }

    private void epochEnds() {
        known = UNKNOWN;
    }

    int halfLifeS() {
        return (int) TimeUnit.NANOSECONDS.toSeconds(epochNs);
    }

    /** The present epoch. */
    int epoch() {
        return (int) ((clock.nanoTime() - originNs) / epochNs);
    }

    /**
     * Over how long heat that was counted since the start of an epoch is a mean, in seconds: a page with r requests per
     * second has r times this many. Past epochs count half, a quarter and so on.
     */
    double windowS(final int sinceEpoch) {
        final double age = (clock.nanoTime() - originNs) / (double) epochNs - sinceEpoch;
        final double whole = Math.floor(age);
        return epochNs / (double) TimeUnit.SECONDS.toNanos(1) * (age - whole + 1 - Math.pow(2, -whole));
    }
}
