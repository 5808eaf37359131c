package org.isobar.volume.simulation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The service that clients would get if the pages lay where they lie best for what is asked of them now, at once and without
 * copying: no policy can do better that fills no pool more than is good. Pages are taken for divisible, and for alike in their mix of
 * reads and writes; under these the answer is right but for a thousandth.
 */
public final class Oracle {
    /** Pools at most: all sets of them are looked at. */
    public static final int POOLS_MAX = 8;

    private static final double STEP_FIRST = 0.25;
    private static final double STEP_LAST = 1e-4;
    private static final double BETTER = 1 + 1e-9;

    private final List<VirtualPool> pools;
    private final int clients;

    /** For so many clients. */
    public Oracle(final List<VirtualPool> pools, final int clients) {
        this.pools = pools;
        this.clients = clients;
    }

    /**
     * The best service.
     *
     * @param work what is asked of each page that is asked anything, in any unit; is sorted by this call
     * @param roomPages how many pages each pool may hold
     * @param reads reads for each request, a long one counted as several
     * @param writes writes, likewise
     */
    public ClosedNetwork best(final int[] work, final long[] roomPages, final double reads, final double writes) {
        final double[] most = mostOfSets(work, roomPages);
        final double[] shares = greedy(most, reads, writes);
        double best = perS(shares, reads, writes);
        for (double step = STEP_FIRST; step >= STEP_LAST; step /= 2) {
            boolean better = true;
            while (better) {
                better = false;
                for (int from = 0; from < shares.length; from++) {
                    for (int to = 0; to < shares.length; to++) {
                        final double moved = improved(shares, from, to, step, best, most, reads, writes);
                        better |= moved > best;
                        best = Math.max(best, moved);
                    }
                }
            }
        }
        return solve(shares, reads, writes);
    }

    /** The share of all work that the busiest pages have, as many as each set of pools may hold. */
    private double[] mostOfSets(final int[] work, final long[] roomPages) {
        Arrays.sort(work);
        final double[] most = new double[1 << pools.size()];
        final int[] sets = IntStream.range(0, most.length)
                .boxed()
                .sorted(Comparator.comparingLong(set -> room(set, roomPages)))
                .mapToInt(Integer::intValue)
                .toArray();
        double all = 0;
        for (final int one : work) {
            all += one;
        }
        int taken = 0;
        double sum = 0;
        for (final int set : sets) {
            final long room = Math.min(work.length, room(set, roomPages));
            for (; taken < room; taken++) {
                sum += work[work.length - 1 - taken];
            }
            most[set] = all == 0 ? 1 : sum / all;
        }
        most[most.length - 1] = 1;
        return most;
    }

    private static long room(final int set, final long[] roomPages) {
        long room = 0;
        for (int k = 0; k < roomPages.length; k++) {
            room += (set >>> k & 1) == 0 ? 0 : roomPages[k];
        }
        return room;
    }

    /** The busiest pages in the fastest pool, and so on. */
    private double[] greedy(final double[] most, final double reads, final double writes) {
        final int[] fastestFirst = IntStream.range(0, pools.size())
                .boxed()
                .sorted(Comparator.comparingDouble(k -> pools.get(k).busyS(reads, writes)))
                .mapToInt(Integer::intValue)
                .toArray();
        final double[] shares = new double[pools.size()];
        int set = 0;
        double given = 0;
        for (final int k : fastestFirst) {
            set |= 1 << k;
            shares[k] = most[set] - given;
            given = most[set];
        }
        return shares;
    }

    /** Moves a share if that can be done and is better; the throughput then, or 0. */
    private double improved(
            final double[] shares,
            final int from,
            final int to,
            final double step,
            final double best,
            final double[] most,
            final double reads,
            final double writes) {
        if (from == to || shares[from] < step) {
            return 0;
        }
        shares[from] -= step;
        shares[to] += step;
        final double perS = fits(shares, most) ? perS(shares, reads, writes) : 0;
        if (perS > best * BETTER) {
            return perS;
        }
        shares[from] += step;
        shares[to] -= step;
        return 0;
    }

    private static boolean fits(final double[] shares, final double[] most) {
        for (int set = 1; set < most.length - 1; set++) {
            double share = 0;
            for (int k = 0; k < shares.length; k++) {
                share += (set >>> k & 1) == 0 ? 0 : shares[k];
            }
            if (share > most[set] + STEP_LAST / 2) {
                return false;
            }
        }
        return true;
    }

    private double perS(final double[] shares, final double reads, final double writes) {
        return solve(shares, reads, writes).perS();
    }

    private ClosedNetwork solve(final double[] shares, final double reads, final double writes) {
        final double[] queueS = new double[shares.length];
        final double[] delayS = new double[shares.length];
        for (int k = 0; k < shares.length; k++) {
            queueS[k] = pools.get(k).busyS(shares[k] * reads, shares[k] * writes);
            delayS[k] = shares[k] * pools.get(k).delayS();
        }
        return ClosedNetwork.solve(queueS, delayS, clients);
    }
}
