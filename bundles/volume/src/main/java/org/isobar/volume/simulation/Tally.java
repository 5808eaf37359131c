package org.isobar.volume.simulation;

import org.isobar.api.balance.SimulationReport.PoolService;
import org.isobar.api.balance.SimulationReport.Service;

/** Sums up the service of steps: each has as much weight as the clients take for its accesses. */
final class Tally {
    private static final double MS_PER_S = 1e3;

    private final long[] poolAccesses;
    private final double[] poolBusyS;
    private final double[] poolLatencyS;
    private long accesses;
    private double tookS;
    private double latencyS;

    Tally(final int pools) {
        poolAccesses = new long[pools];
        poolBusyS = new double[pools];
        poolLatencyS = new double[pools];
    }

    /** A step with accesses. */
    void add(final Load load, final ClosedNetwork service) {
        final long count = load.accesses();
        final double stepS = count / service.perS();
        accesses += count;
        tookS += stepS;
        latencyS += count * service.latencyS();
        for (int k = 0; k < poolAccesses.length; k++) {
            poolAccesses[k] += load.accesses(k);
            poolBusyS[k] += stepS * service.utilisation(k);
            poolLatencyS[k] += count * service.atStationS(k);
        }
    }

    /** What was served altogether by service of another kind. */
    void add(final long count, final ClosedNetwork service) {
        accesses += count;
        tookS += count / service.perS();
        latencyS += count * service.latencyS();
    }

    void add(final Tally other) {
        accesses += other.accesses;
        tookS += other.tookS;
        latencyS += other.latencyS;
        for (int k = 0; k < poolAccesses.length; k++) {
            poolAccesses[k] += other.poolAccesses[k];
            poolBusyS[k] += other.poolBusyS[k];
            poolLatencyS[k] += other.poolLatencyS[k];
        }
    }

    long accesses() {
        return accesses;
    }

    Service service() {
        return accesses == 0 ? new Service(0, 0) : new Service(accesses / tookS, MS_PER_S * latencyS / accesses);
    }

    PoolService pool(final int k, final String name, final long pages) {
        return new PoolService(
                name,
                accesses == 0 ? 0 : poolAccesses[k] / (double) accesses,
                accesses == 0 ? 0 : poolBusyS[k] / tookS,
                poolAccesses[k] == 0 ? 0 : MS_PER_S * poolLatencyS[k] / poolAccesses[k],
                pages);
    }
}
