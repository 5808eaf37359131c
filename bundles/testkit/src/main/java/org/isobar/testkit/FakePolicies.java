package org.isobar.testkit;

import java.util.List;
import java.util.Optional;
import org.isobar.common.policy.Policies;
import org.isobar.common.policy.PolicyKind;
import org.isobar.common.policy.PolicyOrigin;
import org.isobar.spi.allocation.VolumeAllocator;

/** The policies of a member that stores nothing: {@code most-free}, which is well, and {@code broken}, which is fenced. */
final class FakePolicies {
    private static final PolicyKind<VolumeAllocator> VOLUME =
            new PolicyKind<>("volume", VolumeAllocator.class, (pools, sizeBytes) -> Optional.of("A"));

    private FakePolicies() {}

    static Policies of(final Simulation sim) {
        final Policies policies = SimPolicies.of(sim);
        final PolicyOrigin shipped = new PolicyOrigin("org.isobar.allocation", "0.1.0", 0);
        policies.plug(VOLUME, "most-free", (pools, sizeBytes) -> Optional.of("A"), shipped);
        policies.plug(VOLUME, "broken", (pools, sizeBytes) -> null, new PolicyOrigin("org.example.broken", "1.0.0", 0));
        policies.use(VOLUME, "most-free", "new volumes");
        sim.await(policies.use(VOLUME, "broken", "volume=v").ask(policy -> policy.choose(List.of(), 0), chosen -> ""));
        return policies;
    }
}
