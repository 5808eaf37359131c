package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.isobar.api.device.Device;
import org.isobar.api.pool.ChunkletClasses;
import org.isobar.api.pool.PlannedPool;
import org.isobar.api.profile.PerformanceClass;
import org.isobar.spi.allocation.LayoutPolicy;

/** What pools the layout policy wants, and what is there of them. Any thread. */
final class LayoutPlan {
    /** No level does with fewer devices, so a class on fewer is offered to no policy. */
    private static final int DEVICES_MIN = 2;

    private final StoreParts parts;
    private final LayoutPolicies policies;

    LayoutPlan(final StoreParts parts, final LayoutPolicies policies) {
        this.parts = parts;
        this.policies = policies;
    }

    /** The pools, in the policy's order. A policy is told of so many devices as each class lies on at least. Completes on the control lane. */
    CompletionStage<List<PlannedPool>> plan() {
        final Set<UUID> usable = new HashSet<>();
        parts.devices().all().stream().map(Device::uuid).forEach(usable::add);
        final List<String> classes = new ArrayList<>();
        int devices = usable.size();
        for (final PerformanceClass one : parts.state().classes().classes()) {
            final List<UUID> on = new ArrayList<>(parts.state().classes().devices(one.name()));
            on.retainAll(usable);
            if (on.size() >= DEVICES_MIN) {
                classes.add(one.name());
                devices = Math.min(devices, on.size());
            }
        }
        if (classes.isEmpty()) {
            classes.add(ChunkletClasses.ANY);
        }
        return policies.pools(List.copyOf(classes), parts.assembler().engine().levels(), devices)
                .thenApply(this::compare);
    }

    private List<PlannedPool> compare(final List<LayoutPolicy.Pool> wanted) {
        final List<PlannedPool> plan = new ArrayList<>();
        for (final LayoutPolicy.Pool pool : wanted) {
            final String note = parts.state()
                    .pool(pool.name())
                    .map(there -> difference(pool, there))
                    .orElse("");
            plan.add(new PlannedPool(
                    pool.name(),
                    pool.level(),
                    pool.performanceClass(),
                    parts.state().pool(pool.name()).isPresent(),
                    note));
        }
        return plan;
    }

    private static String difference(final LayoutPolicy.Pool wanted, final PoolState there) {
        if (!wanted.level().equals(there.level())) {
            return "is of RAID " + there.level();
        }
        return wanted.performanceClass().equals(there.performanceClass())
                ? ""
                : "is of class " + there.performanceClass() + ": pool:class " + wanted.name() + " "
                        + wanted.performanceClass();
    }
}
