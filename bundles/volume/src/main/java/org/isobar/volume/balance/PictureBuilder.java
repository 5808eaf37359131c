package org.isobar.volume.balance;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.isobar.api.pool.DeviceUsage;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.ServiceFigures;
import org.isobar.spi.balance.BalancePage;
import org.isobar.spi.balance.BalancePicture;
import org.isobar.spi.balance.BalancePool;
import org.isobar.volume.heat.PageHeat;

/**
 * Makes the picture that a balancing policy decides by: looks at every page of every volume once, and keeps of each pool the
 * {@value #KEPT} busiest pages and the {@value #KEPT} least busy ones. For a thread of its own: takes some 50 ns for a page.
 */
public final class PictureBuilder {
    /** Pages of a pool that are kept of each end. */
    public static final int KEPT = 2048;

    private final Map<String, Pool> pools = new TreeMap<>();
    /** Those that take no part, but keep devices busy. */
    private final Map<String, Pool> aside = new TreeMap<>();

    private final SharedDevices devices;

    /**
     * With pools, of which some take part.
     *
     * @param usage of the devices below them; where that says nothing of a pool, its sets are taken to share none
     */
    public PictureBuilder(
            final Collection<PoolInfo> pools,
            final Collection<DeviceUsage> usage,
            final Predicate<PoolInfo> takesPart) {
        devices = new SharedDevices(usage);
        pools.forEach(pool ->
                (takesPart.test(pool) ? this.pools : aside).put(pool.name(), new Pool(pool, sideBySide(pool, usage))));
    }

    /**
     * How many times what one set can do a pool can do: pages lie evenly over its sets, so the device that most of them share is
     * busy first.
     */
    public static double sideBySide(final PoolInfo pool, final Collection<DeviceUsage> usage) {
        int most = 1;
        for (final DeviceUsage device : usage) {
            most = Math.max(most, device.chunkletsByPool().getOrDefault(pool.name(), 0));
        }
        return Math.max(1, (double) pool.setCount() / most);
    }

    /**
     * Adds the pages of a volume.
     *
     * @param movable whether the policy may want them moved
     */
    public void add(final PlacedVolume volume, final boolean movable) {
        final PageHeat heat = volume.heat();
        if (heat == null) {
            return;
        }
        final double windowS = heat.windowS();
        final double share = 1.0 / heat.unitPages();
        for (long page = 0; page < heat.pageCount(); page++) {
            final String name = volume.poolOf(page);
            final Pool pool = name == null ? null : pools.getOrDefault(name, aside.get(name));
            if (pool != null) {
                final long entry = heat.at(page);
                final double reads = PageHeat.reads(entry) * share;
                final double writes = PageHeat.writes(entry) * share;
                pool.count(reads, writes, windowS);
                if (movable && pools.containsKey(name)) {
                    pool.consider(volume, page, reads, writes, windowS, entry);
                }
            }
        }
    }

    /** The picture. */
    public BalancePicture build(final long budgetBytes, final MoveTimes times) {
        final List<BalancePage> pages = new ArrayList<>();
        pools.values().forEach(pool -> pool.pages(pages, times));
        pages.sort(PictureBuilder::compareBusiestFirst);
        return new BalancePicture(
                budgetBytes, pools.values().stream().map(this::picture).toList(), pages);
    }

    private static int compareBusiestFirst(final BalancePage one, final BalancePage other) {
        final int order = Double.compare(other.requests(), one.requests());
        return order != 0 ? order : comparePlaces(one.volume(), one.page(), other.volume(), other.page());
    }

    private static int comparePlaces(final long volume, final long page, final long otherVolume, final long otherPage) {
        final int order = Long.compare(volume, otherVolume);
        return order != 0 ? order : Long.compare(page, otherPage);
    }

    private BalancePool picture(final Pool pool) {
        double others = 0;
        final Map<String, Double> sharing = new TreeMap<>();
        for (final Pool other : pools.values()) {
            final double share = other == pool ? 0 : devices.share(pool.name(), other.name());
            if (share > 0) {
                sharing.put(other.name(), share);
                others += share * other.utilisation();
            }
        }
        for (final Pool other : aside.values()) {
            others += devices.share(pool.name(), other.name()) * other.utilisation();
        }
        return pool.picture(others, sharing);
    }

    /** When pages were moved. */
    public interface MoveTimes {
        /** How long ago balancing moved a page, in ms; {@link BalancePage#NEVER} when that is not known. */
        long sinceMovedMs(long volume, long page);
    }

    private record Seen(
            PlacedVolume volume,
            long page,
            double requests,
            double reads,
            double writes,
            double windowS,
            int epochsSeen)
            implements Comparable<Seen> {
        /** The less busy one is less. */
        @Override
        public int compareTo(final Seen other) {
            final int order = Double.compare(requests, other.requests);
            return order != 0 ? order : comparePlaces(volume.number(), page, other.volume.number(), other.page);
        }
    }

    /** What was seen of one pool. */
    private static final class Pool {
        private final PoolInfo info;
        private final double sideBySide;
        private final PriorityQueue<Seen> busiest = new PriorityQueue<>();
        private final PriorityQueue<Seen> idlest = new PriorityQueue<>(Comparator.reverseOrder());
        private long count;
        private double sum;
        private double squares;
        private double readsPerS;
        private double writesPerS;

        Pool(final PoolInfo info, final double sideBySide) {
            this.info = info;
            this.sideBySide = sideBySide;
        }

        void count(final double reads, final double writes, final double windowS) {
            final double requests = reads + writes;
            count++;
            sum += requests;
            squares += requests * requests;
            readsPerS += reads / windowS;
            writesPerS += writes / windowS;
        }

        void consider(
                final PlacedVolume volume,
                final long page,
                final double reads,
                final double writes,
                final double windowS,
                final long entry) {
            final double requests = reads + writes;
            final boolean busy =
                    busiest.size() < KEPT || requests > busiest.peek().requests();
            final boolean idle =
                    idlest.size() < KEPT || requests < idlest.peek().requests();
            if (busy || idle) {
                final Seen seen = new Seen(volume, page, requests, reads, writes, windowS, PageHeat.epochsSeen(entry));
                if (busy) {
                    keep(busiest, seen);
                }
                if (idle) {
                    keep(idlest, seen);
                }
            }
        }

        private static void keep(final PriorityQueue<Seen> kept, final Seen seen) {
            if (kept.size() == KEPT) {
                kept.remove();
            }
            kept.add(seen);
        }

        void pages(final List<BalancePage> into, final MoveTimes times) {
            final List<Seen> both = new ArrayList<>(busiest);
            final Seen leastOfBusiest = busiest.peek();
            idlest.stream().filter(seen -> seen.compareTo(leastOfBusiest) < 0).forEach(both::add);
            both.forEach(seen -> into.add(new BalancePage(
                    seen.volume().number(),
                    seen.page(),
                    info.name(),
                    seen.volume().pageBytes(),
                    seen.requests(),
                    seen.reads() / seen.windowS(),
                    seen.writes() / seen.windowS(),
                    seen.epochsSeen(),
                    times.sinceMovedMs(seen.volume().number(), seen.page()),
                    seen.volume().pools())));
        }

        String name() {
            return info.name();
        }

        /** Share of its time that it is busy, as far as that is known. */
        double utilisation() {
            final ServiceFigures able = info.service().normal();
            return (able.readsPerS() > 0 ? readsPerS / able.readsPerS() : 0) / sideBySide
                    + (able.writesPerS() > 0 ? writesPerS / able.writesPerS() : 0) / sideBySide;
        }

        BalancePool picture(final double others, final Map<String, Double> sharing) {
            final ServiceFigures able = info.service().normal();
            final double mean = count == 0 ? 0 : sum / count;
            return new BalancePool(
                    info.name(),
                    able.readsPerS() * sideBySide,
                    able.writesPerS() * sideBySide,
                    readsPerS,
                    writesPerS,
                    info.usedBytes(),
                    info.capacityBytes() - info.usedBytes() + info.growableBytes(),
                    info.thresholds().warningPercent(),
                    count,
                    mean,
                    count == 0 ? 0 : squares / count - mean * mean,
                    others,
                    sharing);
        }
    }
}
