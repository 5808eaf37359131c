package org.isobar.volume.simulation;

import java.util.Arrays;
import java.util.List;

/** What is asked of pools during a step of time. */
final class Load {
    private final List<VirtualPool> pools;
    private final int oneIn;
    private final long[] accesses;
    private final double[] reads;
    private final double[] writes;

    /**
     * Nothing so far.
     *
     * @param oneIn pools and accesses are a sample of one in so many: of the whole, a pool is so many times as fast
     */
    Load(final List<VirtualPool> pools, final int oneIn) {
        this.pools = pools;
        this.oneIn = oneIn;
        accesses = new long[pools.size()];
        reads = new double[pools.size()];
        writes = new double[pools.size()];
    }

    /** An access that counts as so many. */
    void add(final int pool, final boolean write, final int units) {
        accesses[pool]++;
        if (write) {
            writes[pool] += units;
        } else {
            reads[pool] += units;
        }
    }

    void clear() {
        Arrays.fill(accesses, 0);
        Arrays.fill(reads, 0);
        Arrays.fill(writes, 0);
    }

    long accesses() {
        return Arrays.stream(accesses).sum();
    }

    long accesses(final int pool) {
        return accesses[pool];
    }

    double reads() {
        return Arrays.stream(reads).sum();
    }

    double writes() {
        return Arrays.stream(writes).sum();
    }

    /**
     * The service that clients get who ask so.
     *
     * @param besides share of the time for which each pool is busy with other things, less than 1
     */
    ClosedNetwork service(final int clients, final double[] besides) {
        final double all = accesses();
        final double[] queueS = new double[accesses.length];
        final double[] delayS = new double[accesses.length];
        for (int k = 0; k < accesses.length; k++) {
            queueS[k] = pools.get(k).busyS(reads[k], writes[k]) / all / oneIn / (1 - besides[k]);
            delayS[k] = pools.get(k).delayS() * accesses[k] / all;
        }
        return ClosedNetwork.solve(queueS, delayS, clients);
    }
}
