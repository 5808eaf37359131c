package org.isobar.testkit;

import org.isobar.common.lane.Lane;

/**
 * A lane of the simulation. A task handed over arrives after a short random delay, so that lanes interleave differently
 * with each seed, but never before one that was handed to the same lane earlier.
 */
final class SimLane implements Lane {
    private static final int HANDOVER_NS_MAX = 1000;

    private final Simulation simulation;
    private final int index;
    private long lastArrivalNs;
    private boolean dead;

    SimLane(final Simulation simulation, final int index) {
        this.simulation = simulation;
        this.index = index;
    }

    boolean dead() {
        return dead;
    }

    void die() {
        dead = true;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public boolean current() {
        return simulation.running() == this;
    }

    @Override
    public void execute(final Runnable task) {
        final long nowNs = simulation.nowNs();
        lastArrivalNs = Math.max(lastArrivalNs, nowNs + simulation.random().nextInt(HANDOVER_NS_MAX));
        simulation.workOnLane(this, lastArrivalNs - nowNs, task);
    }

    @Override
    public Timer schedule(final Runnable task, final long delayNs) {
        final Simulation.Event timer = simulation.addTimer(this, delayNs, task);
        return () -> simulation.cancel(timer);
    }

    @Override
    public String toString() {
        return "lane " + index;
    }
}
