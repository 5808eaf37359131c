package org.isobar.volume.balance;

import java.util.concurrent.TimeUnit;

/**
 * How many moves of pages are made at a time: as many as do not make each other slow, for what slows them slows initiators by as
 * much. It begins with one, takes the time of those that are made alone for what devices and initiators need, and doubles as
 * long as moves take no more than half as long again; when they do, it halves. What one alone takes is measured anew after a
 * minute, for what is asked of the devices changes. Control lane.
 */
final class MovePace {
    /** Moves at a time, at most. */
    static final int MOST = 8;

    private static final double SLOWER = 1.5;
    private static final long ALONE_KNOWN_NS = TimeUnit.SECONDS.toNanos(60);

    private int atOnce;
    private double aloneNs;
    private long aloneAtNs;
    private long roundNs;
    private int ended;
    private double sumNs;

    MovePace(final long nowNs) {
        restart(nowNs);
    }

    int atOnce() {
        return atOnce;
    }

    /** One at a time again, and from there on. */
    void restart(final long nowNs) {
        become(1, nowNs);
    }

    private void become(final int now, final long nowNs) {
        atOnce = now;
        roundNs = nowNs;
        ended = 0;
        sumNs = 0;
    }

    /** A move has ended that began at a time. */
    void ended(final long startNs, final long nowNs) {
        if (startNs - roundNs < 0) {
            return;
        }
        ended++;
        sumNs += nowNs - startNs;
        if (ended <= atOnce) {
            return;
        }
        final double meanNs = sumNs / ended;
        if (atOnce == 1) {
            aloneNs = meanNs;
            aloneAtNs = nowNs;
        } else if (nowNs - aloneAtNs > ALONE_KNOWN_NS) {
            restart(nowNs);
            return;
        }
        become(meanNs <= SLOWER * aloneNs ? Math.min(MOST, 2 * atOnce) : atOnce / 2, nowNs);
    }
}
