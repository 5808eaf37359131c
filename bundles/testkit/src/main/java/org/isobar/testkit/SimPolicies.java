package org.isobar.testkit;

import java.util.function.BooleanSupplier;
import org.isobar.common.policy.Policies;

/** A registry of policies whose answers take simulated time. */
public final class SimPolicies {
    /** How long a policy may take. */
    public static final long LIMIT_MS = 100;

    private static final int ANSWER_NS_MAX = 200_000;

    private SimPolicies() {}

    /** An empty one for the present incarnation of a simulated process. */
    public static Policies of(final Simulation sim) {
        return of(sim, () -> false);
    }

    /** An empty one, whose policies never come back while they hang. */
    public static Policies of(final Simulation sim, final BooleanSupplier hanging) {
        return new Policies(
                sim.lanes().control(),
                sim.clock(),
                task -> {
                    if (!hanging.getAsBoolean()) {
                        sim.outside(sim.random().nextInt(ANSWER_NS_MAX), task);
                    }
                },
                LIMIT_MS);
    }
}
