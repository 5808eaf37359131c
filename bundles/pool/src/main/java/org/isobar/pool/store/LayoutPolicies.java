package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.isobar.api.pool.ChunkletClasses;
import org.isobar.spi.allocation.LayoutPolicy;

/** The layout policies plugged in, by name; the one wanted, or a built-in one while that is missing. Any thread. */
final class LayoutPolicies {
    /** Names of the pools that the built-in policy wants, with their levels. */
    private static final List<LayoutPolicy.Pool> BUILT_IN = List.of(
            new LayoutPolicy.Pool("A", "10", ChunkletClasses.ANY),
            new LayoutPolicy.Pool("B", "5", ChunkletClasses.ANY),
            new LayoutPolicy.Pool("C", "50", ChunkletClasses.ANY));

    private final Map<String, LayoutPolicy> plugged = new ConcurrentHashMap<>();
    private final String wanted;

    LayoutPolicies(final String wanted) {
        this.wanted = wanted;
    }

    void add(final String name, final LayoutPolicy policy) {
        plugged.put(name, policy);
    }

    void remove(final String name, final LayoutPolicy policy) {
        plugged.remove(name, policy);
    }

    /** The pools that the policy wants. */
    List<LayoutPolicy.Pool> pools(final List<String> classes, final List<String> levels, final int devices) {
        final LayoutPolicy policy = plugged.get(wanted);
        if (policy != null) {
            return policy.pools(classes, levels, devices);
        }
        final List<LayoutPolicy.Pool> pools = new ArrayList<>(BUILT_IN);
        pools.removeIf(pool -> !levels.contains(pool.level()));
        return pools;
    }

    /** Says so while the wanted policy is missing. */
    List<String> warnings() {
        return plugged.containsKey(wanted)
                ? List.of()
                : List.of("layout policy is missing, the built-in one serves: name=" + wanted);
    }
}
