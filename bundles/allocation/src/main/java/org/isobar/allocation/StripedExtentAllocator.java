package org.isobar.allocation;

import java.util.Comparator;
import java.util.List;
import org.isobar.spi.allocation.AllocationPicture;
import org.isobar.spi.allocation.ExtentAllocator;
import org.osgi.service.component.annotations.Component;

/**
 * Extents in the pools by turns, so that a volume has the spindles of them all: each in the pool that holds the least of the
 * volume, of equal ones the first. A pool without room is left out, an unhealthy one while others have room.
 */
@Component(property = ExtentAllocator.POLICY_NAME + "=" + StripedExtentAllocator.NAME)
public final class StripedExtentAllocator implements ExtentAllocator {
    /** What operators call it. */
    public static final String NAME = "striped";

    private static final Comparator<Rooms.Room> LEAST_OF_THE_VOLUME_FIRST =
            Comparator.comparingLong(Rooms.Room::volumeBytes);

    @Override
    public List<String> choose(final AllocationPicture picture, final int count) {
        return Rooms.decide(picture, count, LEAST_OF_THE_VOLUME_FIRST);
    }
}
