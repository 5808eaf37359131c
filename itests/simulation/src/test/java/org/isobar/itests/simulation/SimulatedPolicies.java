package org.isobar.itests.simulation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.isobar.allocation.MostFreeExtentAllocator;
import org.isobar.allocation.SpreadPageAllocator;
import org.isobar.allocation.StripedExtentAllocator;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.pool.PageAllocation.Unit;
import org.isobar.common.policy.Policies;
import org.isobar.common.policy.PolicyKind;
import org.isobar.common.policy.PolicyOrigin;
import org.isobar.spi.allocation.AllocationPicture;
import org.isobar.spi.allocation.ExtentAllocator;
import org.isobar.spi.allocation.PageAllocator;
import org.isobar.testkit.SimPolicies;
import org.isobar.testkit.Simulation;

/** The allocation policies of a simulated member: shipped ones, and one that is fenced sooner or later. */
final class SimulatedPolicies {
    private static final PolicyOrigin SHIPPED = new PolicyOrigin("org.isobar.allocation", "0", 0);
    private static final List<String> BY_EXTENT = List.of("striped", "most-free", "built-in");
    private static final List<String> BY_PAGE = List.of("spread", "fickle", "built-in");
    private static final int UNFENCE_ONE_IN = 4;
    private static final int NONSENSE_ONE_IN = 8;

    private SimulatedPolicies() {}

    /** For the present incarnation of a process; where policies hang, one in some dozens never answers. */
    static Policies of(final Simulation sim, final BooleanSupplier hanging) {
        final Random random = sim.random();
        final Policies policies =
                SimPolicies.of(sim, () -> hanging.getAsBoolean() && random.nextInt(4 * NONSENSE_ONE_IN) == 0);
        plugExtent(policies, "striped", new StripedExtentAllocator());
        plugExtent(policies, "most-free", new MostFreeExtentAllocator());
        plugPage(policies, "spread", new SpreadPageAllocator());
        plugPage(policies, "fickle", (picture, count) -> fickle(picture, count, random));
        return policies;
    }

    private static void plugExtent(final Policies policies, final String name, final ExtentAllocator policy) {
        policies.plug(new PolicyKind<>("extent", ExtentAllocator.class, policy), name, policy, SHIPPED);
    }

    private static void plugPage(final Policies policies, final String name, final PageAllocator policy) {
        policies.plug(new PolicyKind<>("page", PageAllocator.class, policy), name, policy, SHIPPED);
    }

    /** Right most of the time, though it cares for no space. */
    private static List<String> fickle(final AllocationPicture picture, final int count, final Random random) {
        if (random.nextInt(NONSENSE_ONE_IN) == 0) {
            throw new IllegalStateException("fickle");
        }
        final int pool = random.nextInt(picture.pools().size());
        return Collections.nCopies(
                random.nextInt(NONSENSE_ONE_IN) == 0 ? count - 1 : count,
                picture.pools().get(pool).name());
    }

    /** Any allocation over some of these pools, of a volume with pages so long; lifts fences now and then. */
    static PageAllocation any(
            final Policies policies, final List<String> pools, final int pageBytes, final Random random) {
        if (random.nextInt(UNFENCE_ONE_IN) == 0) {
            policies.policies().forEach(one -> policies.unfence(one.kind(), one.name()));
        }
        final List<String> some = new ArrayList<>(pools);
        Collections.shuffle(some, random);
        final List<String> chosen = some.subList(0, 1 + random.nextInt(some.size()));
        return switch (random.nextInt(3)) {
            case 0 -> PageAllocation.WHOLE;
            case 1 ->
                new PageAllocation(
                        Unit.EXTENT,
                        BY_EXTENT.get(random.nextInt(BY_EXTENT.size())),
                        (long) pageBytes << random.nextInt(4),
                        chosen);
            default -> new PageAllocation(Unit.PAGE, BY_PAGE.get(random.nextInt(BY_PAGE.size())), 0, chosen);
        };
    }
}
