package org.isobar.api.balance;

import java.util.List;

/**
 * What came of a simulation.
 *
 * @param job number of its job
 * @param spec what was asked for
 * @param volume that was recorded
 * @param periods in the order of time
 * @param sum of all of them
 * @param shortestReturnS the shortest time after which a page was moved again, in seconds; -1 when none was
 * @param notes what to heed when reading it
 */
public record SimulationReport(
        long job,
        SimulationSpec spec,
        String volume,
        List<Period> periods,
        Period sum,
        double shortestReturnS,
        List<String> notes) {
    /** Takes copies of the lists. */
    public SimulationReport {
        periods = List.copyOf(periods);
        notes = List.copyOf(notes);
    }

    /**
     * A part of the time.
     *
     * @param startS from when on, seconds of simulated time
     * @param accesses that the recording has in it
     * @param policy service by the moves of the policy
     * @param stay service if no page had been moved
     * @param oracle service if the pages had lain where they lie best for this period, at once and without copying
     * @param decidedBy who was asked at its end; {@code built-in} when the policy could not, empty in a sum
     * @param reason what that said; empty in a sum
     * @param plannedPages that it wanted moved
     * @param movedPages moved in this period
     * @param movedBytes bytes of these
     * @param failedPages that were to be moved in this period and could not
     * @param pools each of them
     */
    public record Period(
            long startS,
            long accesses,
            Service policy,
            Service stay,
            Service oracle,
            String decidedBy,
            String reason,
            int plannedPages,
            long movedPages,
            long movedBytes,
            long failedPages,
            List<PoolService> pools) {
        /** Takes a copy of the list. */
        public Period {
            pools = List.copyOf(pools);
        }
    }

    /**
     * What clients get that always have as many requests out as there are clients; 0 for a period without accesses.
     *
     * @param perS accesses each second
     * @param latencyMs of one, in the mean
     */
    public record Service(double perS, double latencyMs) {}

    /**
     * What a pool has to do with it.
     *
     * @param pool its name
     * @param share of the accesses that go to it, 0 to 1
     * @param utilisation share of the time that it is busy, 0 to 1
     * @param latencyMs of an access there, in the mean
     * @param pages that lie in it in the end
     */
    public record PoolService(String pool, double share, double utilisation, double latencyMs, long pages) {}
}
