package org.isobar.allocation;

import java.util.Comparator;
import java.util.List;
import org.isobar.spi.allocation.AllocationPicture;
import org.isobar.spi.allocation.ExtentAllocator;
import org.osgi.service.component.annotations.Component;

/**
 * Each extent in the pool with the most free space then, a healthy one if any has room; of equal ones the first. Evens out
 * how full the pools are.
 */
@Component(property = ExtentAllocator.POLICY_NAME + "=" + MostFreeExtentAllocator.NAME)
public final class MostFreeExtentAllocator implements ExtentAllocator {
    /** What operators call it. */
    public static final String NAME = "most-free";

    private static final Comparator<Rooms.Room> MOST_FREE_FIRST =
            Comparator.comparingLong(Rooms.Room::freeBytes).reversed();

    @Override
    public List<String> choose(final AllocationPicture picture, final int count) {
        return Rooms.decide(picture, count, MOST_FREE_FIRST);
    }
}
