package org.isobar.volume;

import java.util.List;
import org.isobar.api.StorageException;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.volume.AllocationSpec;

/** Completes what an operator wants of the placement of extents or pages. */
final class AllocationDefaults {
    private static final String EXTENT_POLICY = "striped";
    private static final String PAGE_POLICY = "spread";
    private static final long EXTENT_BYTES = 64L << 20;

    private AllocationDefaults() {}

    /** The allocation by extent or page that is meant, of a volume with pages so long, while there are these pools. */
    static PageAllocation complete(final AllocationSpec spec, final int pageBytes, final List<PoolInfo> pools) {
        final List<String> named =
                spec.pools().isEmpty() ? pools.stream().map(PoolInfo::name).toList() : spec.pools();
        if (named.isEmpty()) {
            throw new StorageException(
                    StorageException.Code.NO_SPACE, "no pool to put a volume in: create a pool first");
        }
        final boolean extents = spec.unit() == PageAllocation.Unit.EXTENT;
        final long extentBytes = spec.extentBytes() == 0 ? Math.max(EXTENT_BYTES, pageBytes) : spec.extentBytes();
        final String standard = extents ? EXTENT_POLICY : PAGE_POLICY;
        return new PageAllocation(
                spec.unit(), spec.policy() == null ? standard : spec.policy(), extents ? extentBytes : 0, named);
    }
}
