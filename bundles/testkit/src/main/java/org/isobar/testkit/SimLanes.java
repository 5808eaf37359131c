package org.isobar.testkit;

import java.util.ArrayList;
import java.util.List;
import org.isobar.common.lane.Lane;
import org.isobar.common.lane.Lanes;

/** The lanes of one incarnation of a simulated process. */
final class SimLanes implements Lanes {
    private final Simulation simulation;
    private final List<SimLane> lanes;

    SimLanes(final Simulation simulation, final int count) {
        this.simulation = simulation;
        final List<SimLane> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            all.add(new SimLane(simulation, i));
        }
        lanes = List.copyOf(all);
    }

    void die() {
        lanes.forEach(SimLane::die);
    }

    @Override
    public int count() {
        return lanes.size();
    }

    @Override
    public Lane lane(final int index) {
        return lanes.get(index);
    }

    @Override
    public Lane current() {
        return simulation.running();
    }
}
