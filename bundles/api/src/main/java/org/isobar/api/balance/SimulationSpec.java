package org.isobar.api.balance;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.isobar.api.StorageException;

/**
 * A simulation to run.
 *
 * @param recording number of the recording that is replayed
 * @param policy name of the policy that is tried
 * @param periodS after how many seconds it is asked again, and one row of the report; 10 to 86400 and a multiple of 10
 * @param bytesPerSecond copied at most; 1048576 to 1099511627776
 * @param clients that each have one request out at any time, 1 to 1024
 * @param speedPercent how fast the recording is replayed: 100 as it was, 200 in half of the time; 1 to 10000
 * @param pools virtual pools, at most 8, which the volume's pages are laid into from end to end, the first to be filled first;
 *     empty for the member's, with the pages where they are
 */
public record SimulationSpec(
        int recording,
        String policy,
        int periodS,
        long bytesPerSecond,
        int clients,
        int speedPercent,
        List<SimulatedPool> pools) {
    /** Clients when nothing else is said. */
    public static final int CLIENTS = 16;

    /** As it was. */
    public static final int SPEED_PERCENT = 100;

    /** The period is a multiple of so many seconds. */
    public static final int STEP_S = 10;

    private static final int PERIOD_MAX_S = 86_400;
    private static final long RATE_MIN = 1L << 20;
    private static final long RATE_MAX = 1L << 40;
    private static final int CLIENTS_MAX = 1_024;
    private static final int SPEED_MAX = 10_000;
    private static final int POOLS_MAX = 8;

    /** Takes a copy of the list; INVALID naming the field that is out of bounds. */
    public SimulationSpec {
        if (policy == null || !policy.matches("[A-Za-z0-9._-]{1,64}")) {
            throw refused("policy: must be 1 to 64 of letters, digits, dash, underscore, dot, is " + policy);
        }
        check("periodS", periodS, STEP_S, PERIOD_MAX_S);
        if (periodS % STEP_S != 0) {
            throw refused("periodS: must be a multiple of " + STEP_S + ", is " + periodS);
        }
        check("bytesPerSecond", (double) bytesPerSecond, RATE_MIN, RATE_MAX);
        check("clients", clients, 1, CLIENTS_MAX);
        check("speedPercent", speedPercent, 1, SPEED_MAX);
        check("pools", pools.size(), 0, POOLS_MAX);
        final Set<String> names = new HashSet<>();
        for (final SimulatedPool pool : pools) {
            if (!names.add(pool.name())) {
                throw refused("pools: must have different names, has twice " + pool.name());
            }
        }
        pools = List.copyOf(pools);
    }

    static void check(final String name, final double value, final double min, final double max) {
        // Not a number is neither.
        if (!(value >= min && value <= max)) {
            throw refused(name + ": must be " + text(min) + " to " + text(max) + ", is " + text(value));
        }
    }

    private static String text(final double value) {
        return value == (long) value ? Long.toString((long) value) : Double.toString(value);
    }

    static StorageException refused(final String message) {
        return new StorageException(StorageException.Code.INVALID, message);
    }
}
