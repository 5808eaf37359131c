package org.example.cheapest;

import static org.junit.Assert.assertEquals;

import java.util.List;
import org.isobar.api.pool.ClassOfService;
import org.isobar.spi.allocation.AllocationPicture.PoolPicture;
import org.isobar.spi.allocation.PageAllocator;
import org.isobar.testkit.policy.PageAllocatorContract;
import org.junit.Test;

/** Beside what every allocator of pages must do: what this one is for. */
public class CheapestFirstTest extends PageAllocatorContract {
    @Override
    protected PageAllocator allocator() {
        return new CheapestFirst();
    }

    private static PoolPicture pool(final String name, final long freeUnits, final int efficiencyPercent) {
        final PoolPicture plain = pool(name, 100, freeUnits);
        return new PoolPicture(
                name,
                plain.level(),
                plain.sizeBytes(),
                plain.freeBytes(),
                0,
                true,
                new ClassOfService(plain.service().normal(), plain.service().degraded(), efficiencyPercent, 1));
    }

    @Test
    public void fillsTheMostEfficientPoolFirst() {
        assertEquals(List.of("B", "B", "A", "A"), decide(picture(pool("A", 50, 50), pool("B", 2, 83)), 4));
    }
}
