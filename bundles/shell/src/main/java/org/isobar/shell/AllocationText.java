package org.isobar.shell;

import java.util.List;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.volume.AllocationSpec;

/** How allocations are written by and for people. */
final class AllocationText {
    private AllocationText() {}

    /** What the options say; null stands for an option that is not given. */
    static AllocationSpec parse(final String allocation, final String pools, final String extent) {
        return AllocationSpec.parse(
                allocation == null ? "volume" : allocation,
                extent == null ? 0 : Size.parse("--extent", extent),
                pools == null ? List.of() : List.of(pools.split(",", -1)));
    }

    static String show(final PageAllocation allocation, final String pool) {
        return switch (allocation.unit()) {
            case VOLUME -> "by volume, in pool " + pool;
            case EXTENT -> "by extent of " + Size.show(allocation.extentBytes()) + ", " + parts(allocation);
            case PAGE -> "by page, " + parts(allocation);
        };
    }

    private static String parts(final PageAllocation allocation) {
        return "policy " + allocation.policy() + ", pools " + String.join(", ", allocation.pools());
    }
}
