package org.isobar.allocation;

import java.util.Comparator;
import java.util.List;
import org.isobar.spi.allocation.AllocationPicture;
import org.isobar.spi.allocation.PageAllocator;
import org.osgi.service.component.annotations.Component;

/**
 * Pages over all pools, in shares that go by their free space: each in the pool that has given the smallest part of what was
 * free in it, of equal ones the first. So all pools work for the volume, and become full at the same time.
 */
@Component(property = PageAllocator.POLICY_NAME + "=" + SpreadPageAllocator.NAME)
public final class SpreadPageAllocator implements PageAllocator {
    /** What operators call it. */
    public static final String NAME = "spread";

    private static final Comparator<Rooms.Room> LEAST_TAKEN_FIRST =
            Comparator.comparingDouble(room -> (double) (room.pool().freeBytes() - room.freeBytes() + 1)
                    / room.pool().freeBytes());

    @Override
    public List<String> choose(final AllocationPicture picture, final int count) {
        return Rooms.decide(picture, count, LEAST_TAKEN_FIRST);
    }
}
