package org.isobar.common.lane;

import java.util.concurrent.Future;

/** A task of a lane whose time comes: first on the timers' thread, which passes it on, then on the lane. */
final class LaneTimer implements Lane.Timer, Runnable {
    private final Lane lane;
    private final Runnable task;
    private volatile boolean cancelled;
    private Future<?> clock;

    LaneTimer(final Lane lane, final Runnable task) {
        this.lane = lane;
        this.task = task;
    }

    /** What waits for the time, before anybody can cancel. */
    LaneTimer waitsWith(final Future<?> future) {
        clock = future;
        return this;
    }

    /** The time has come. */
    @Override
    public void run() {
        lane.execute(this::begin);
    }

    @Override
    public void cancel() {
        cancelled = true;
        clock.cancel(false);
    }

    private void begin() {
        if (!cancelled) {
            task.run();
        }
    }
}
