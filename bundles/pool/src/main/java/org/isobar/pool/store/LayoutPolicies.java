package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.isobar.api.pool.ChunkletClasses;
import org.isobar.common.policy.Policies;
import org.isobar.common.policy.PolicyAnswer;
import org.isobar.common.policy.PolicyKind;
import org.isobar.common.policy.PolicyUse;
import org.isobar.spi.allocation.LayoutPolicy;
import org.isobar.spi.allocation.LayoutPolicy.Pool;

/** Asks the layout policy wanted, and does not trust its answer. Any thread. */
final class LayoutPolicies {
    private static final PolicyKind<LayoutPolicy> KIND =
            new PolicyKind<>("layout", LayoutPolicy.class, LayoutPolicies::builtIn);

    private static final List<Pool> BUILT_IN = List.of(
            new Pool("A", "10", ChunkletClasses.ANY),
            new Pool("B", "5", ChunkletClasses.ANY),
            new Pool("C", "50", ChunkletClasses.ANY));

    private final PolicyUse<LayoutPolicy> use;

    LayoutPolicies(final Policies policies, final String wanted) {
        use = policies.use(KIND, wanted, "pool:layout");
    }

    /** The pools that the policy wants; completes on the control lane. */
    CompletionStage<List<Pool>> pools(final List<String> classes, final List<String> levels, final int devices) {
        return use.ask(
                        policy -> List.copyOf(policy.pools(classes, levels, devices)),
                        pools -> wrong(pools, classes, levels))
                .thenApply(PolicyAnswer::value);
    }

    private static String wrong(final List<Pool> pools, final List<String> classes, final List<String> levels) {
        final Set<String> names = new HashSet<>();
        for (final Pool pool : pools) {
            if (!PoolAdmin.nameFits(pool.name()) || !names.add(pool.name())) {
                return "wants a pool without a name, or two of one: " + pool;
            }
            if (!levels.contains(pool.level())) {
                return "wants a level that is not plugged in: " + pool;
            }
            if (!classes.contains(pool.performanceClass())) {
                return "wants a class that it was not offered: " + pool;
            }
        }
        return "";
    }

    private static List<Pool> builtIn(final List<String> classes, final List<String> levels, final int devices) {
        final List<Pool> pools = new ArrayList<>(BUILT_IN);
        pools.removeIf(pool -> !levels.contains(pool.level()));
        return pools;
    }
}
