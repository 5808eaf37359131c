package org.isobar.api.balance;

/**
 * A virtual pool.
 *
 * @param name 1 to 32 of letters, digits, dash, underscore, dot
 * @param readsPerS random reads that it does with many clients, 1 to 1000000000
 * @param writesPerS random writes, likewise
 * @param latencyUs what one request takes when there is no other, µs, 0 to 60000000
 * @param pages of the recording's volume that it holds, 1 to 16777216
 */
public record SimulatedPool(String name, double readsPerS, double writesPerS, double latencyUs, int pages) {
    private static final double PER_S_MAX = 1e9;
    private static final double LATENCY_MAX_US = 60e6;
    private static final int PAGES_MAX = 1 << 24;

    /** INVALID naming the field that is out of bounds. */
    public SimulatedPool {
        if (name == null || !name.matches("[A-Za-z0-9._-]{1,32}")) {
            throw SimulationSpec.refused(
                    "pools.name: must be 1 to 32 of letters, digits, dash, underscore, dot, is " + name);
        }
        SimulationSpec.check("pools.readsPerS", readsPerS, 1, PER_S_MAX);
        SimulationSpec.check("pools.writesPerS", writesPerS, 1, PER_S_MAX);
        SimulationSpec.check("pools.latencyUs", latencyUs, 0, LATENCY_MAX_US);
        SimulationSpec.check("pools.pages", pages, 1, PAGES_MAX);
    }
}
