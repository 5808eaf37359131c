package org.isobar.allocation;

import java.util.Comparator;
import java.util.List;
import org.isobar.common.Check;
import org.isobar.spi.allocation.AllocationPicture;
import org.isobar.spi.allocation.PageAllocator;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * First come, first served: pages in the pool with the most random reads per second, until only the reserve is free in it,
 * then in the next. When all are down to their reserves, each page goes to the pool with the largest share of its size
 * free, so that the reserves are used up side by side and the fastest keeps as much of its own as any other. Pools of which
 * nothing was measured count as equal and come in the operator's order. The reserve leaves room for what becomes hot later.
 */
@Component(
        property = PageAllocator.POLICY_NAME + "=" + FastestFirstPageAllocator.NAME,
        configurationPid = "org.isobar.allocation.fastest.first")
@Designate(ocd = FastestFirstPageAllocator.Config.class)
public final class FastestFirstPageAllocator implements PageAllocator {
    /** What operators call it. */
    public static final String NAME = "fastest-first";

    private static final int RESERVE_PERCENT_MAX = 90;
    private static final double PERCENT = 100;

    /** Settings. */
    @ObjectClassDefinition(name = "Isobar allocation of pages, fastest first")
    public @interface Config {
        /** What is kept free. */
        @AttributeDefinition(
                name = "Reserve",
                description = "percent of a pool that are kept free while a slower one has room; 0 to 90",
                min = "0",
                max = "90")
        int reserve_percent() default 10;
    }

    private final Comparator<Rooms.Room> bestFirst;

    @Activate
    public FastestFirstPageAllocator(final Config config) {
        this(config.reserve_percent());
    }

    FastestFirstPageAllocator(final int reservePercent) {
        final double reserve = Check.range("reserve.percent", reservePercent, 0, RESERVE_PERCENT_MAX) / PERCENT;
        final Comparator<Rooms.Room> fastestFirst = Comparator.comparingDouble(
                room -> -room.pool().service().normal().readsPerS());
        final Comparator<Rooms.Room> reservesBySide = Comparator.comparingDouble(
                room -> room.freeBytes() <= room.pool().sizeBytes() * reserve ? -share(room) : -PERCENT);
        bestFirst = reservesBySide.thenComparing(fastestFirst);
    }

    private static double share(final Rooms.Room room) {
        return room.freeBytes() / (double) Math.max(1, room.pool().sizeBytes());
    }

    @Override
    public List<String> choose(final AllocationPicture picture, final int count) {
        return Rooms.decide(picture, count, bestFirst);
    }
}
