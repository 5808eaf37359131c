package org.example.cheapest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.isobar.spi.allocation.AllocationPicture;
import org.isobar.spi.allocation.AllocationPicture.PoolPicture;
import org.isobar.spi.allocation.PageAllocator;
import org.osgi.service.component.annotations.Component;

/** Pages in the pool that wastes least, until it is full, then in the next; for what is written once and seldom read. */
@Component(property = PageAllocator.POLICY_NAME + "=cheapest-first")
public final class CheapestFirst implements PageAllocator {
    @Override
    public List<String> choose(final AllocationPicture picture, final int count) {
        final List<PoolPicture> pools = new ArrayList<>(picture.pools());
        pools.sort(Comparator.comparingInt((PoolPicture pool) -> pool.service().efficiencyPercent())
                .reversed());
        final List<String> names = new ArrayList<>(count);
        for (final PoolPicture pool : pools) {
            for (long room = pool.freeBytes() / picture.unitBytes(); room > 0 && names.size() < count; room--) {
                names.add(pool.name());
            }
        }
        while (names.size() < count) {
            names.add(pools.get(0).name());
        }
        return names;
    }
}
