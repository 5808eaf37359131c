package org.isobar.iscsi.stats;

import org.isobar.common.time.Clock;

/**
 * Time as one connection sees it, on its lane: the clock is read once for each batch of input and once for each command
 * that completes, and everything else uses the last reading.
 */
public final class TurnClock {
    private final Clock clock;
    private long turnNs;
    private long nowNs;

    public TurnClock(final Clock clock) {
        this.clock = clock;
        beginTurn();
    }

    /** Input has arrived. */
    public void beginTurn() {
        turnNs = tick();
    }

    /** Reads the clock. */
    public long tick() {
        nowNs = clock.nanoTime();
        return nowNs;
    }

    /** When the input at hand arrived. */
    public long turnNs() {
        return turnNs;
    }

    /** The last reading. */
    public long nowNs() {
        return nowNs;
    }
}
