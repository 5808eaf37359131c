package org.isobar.volume.simulation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.balance.SimulatedPool;
import org.isobar.api.pool.DeviceUsage;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.PoolThresholds;
import org.isobar.api.pool.ServiceFigures;
import org.isobar.volume.balance.BalancedVolume;
import org.isobar.volume.balance.PictureBuilder;
import org.isobar.volume.heat.HeatClock;
import org.isobar.volume.recording.AccessHeader;
import org.isobar.volume.recording.AccessReader;
import org.isobar.volume.recording.AccessText;

/** Makes the virtual pools and the virtual volume for a recording. */
final class StageBuilder {
    private static final int HALF_LIFE_S = 120;
    private static final double US_PER_S = 1e6;
    /** Pages that the map of a sample is kept of. */
    private static final long VOLUME_PAGES_MAX = 1L << 28;

    private final AccessHeader header;
    /** The volume as it is now, or null when it is gone. */
    private final BalancedVolume present;

    private final SampledPages pages;
    private final VirtualTime time = new VirtualTime();

    /**
     * For a recording.
     *
     * @param volumes that are there now
     */
    StageBuilder(final AccessHeader header, final Collection<BalancedVolume> volumes) {
        this.header = header;
        present = volumes.stream()
                .filter(volume -> volume.number() == header.number()
                        && volume.pageBytes() == header.pageBytes()
                        && volume.heat() != null)
                .findFirst()
                .orElse(null);
        final long recorded = (header.sizeBytes() + header.pageBytes() - 1) / header.pageBytes();
        final long pageCount =
                present == null ? recorded : Math.max(recorded, present.heat().pageCount());
        if (pageCount > VOLUME_PAGES_MAX || pageCount / header.sampleOneIn() > VirtualVolume.PAGES_MAX) {
            throw refused("recording: must have at most " + VirtualVolume.PAGES_MAX
                    + " pages in its sample, of a volume" + " of at most " + VOLUME_PAGES_MAX + ", has one in "
                    + header.sampleOneIn() + " of " + pageCount);
        }
        pages = new SampledPages((int) pageCount, header.sampleOneIn());
    }

    /** On these pools, with the pages where they lie now. */
    TraceReplay.Stage onPools(final List<PoolInfo> infos, final List<DeviceUsage> usage, final Set<String> excluded) {
        if (present == null) {
            throw refused("pools: must be given, for the volume is not there any more: name=" + header.volume());
        }
        final List<PoolInfo> taking = new ArrayList<>();
        for (final PoolInfo info : infos) {
            if (!excluded.contains(info.name()) && info.degradedSets() == 0 && info.offlineSets() == 0) {
                taking.add(info);
            }
        }
        checkCount(taking.size());
        final long[] pagesIn = new long[taking.size()];
        final byte[] at = placement(taking, pagesIn);
        final List<VirtualPool> pools = new ArrayList<>();
        for (int k = 0; k < taking.size(); k++) {
            pools.add(pool(taking.get(k), PictureBuilder.sideBySide(taking.get(k), usage), pagesIn[k]));
        }
        final VirtualVolume volume = volume(pools, present.pools());
        int newPagesPool = 0;
        for (int k = 0; k < pools.size(); k++) {
            if (pools.get(k).name().equals(present.info().pool())) {
                newPagesPool = k;
            }
        }
        for (int page = 0; page < at.length; page++) {
            if (at[page] >= 0) {
                volume.place(page, at[page]);
            }
        }
        return new TraceReplay.Stage(time, pools, volume, pages, header.sampleOneIn(), newPagesPool);
    }

    private byte[] placement(final List<PoolInfo> taking, final long[] pagesIn) {
        final byte[] at = new byte[pages.count()];
        Arrays.fill(at, (byte) -1);
        for (long page = 0; page < present.heat().pageCount(); page++) {
            final int index = pages.index(page);
            final String pool = index < 0 ? null : present.poolOf(page);
            for (int k = 0; k < taking.size() && pool != null; k++) {
                if (taking.get(k).name().equals(pool)) {
                    at[index] = (byte) k;
                    pagesIn[k]++;
                }
            }
        }
        return at;
    }

    private VirtualPool pool(final PoolInfo info, final double sideBySide, final long pagesIn) {
        final ServiceFigures able = info.service().normal();
        if (able.readsPerS() <= 0 || able.writesPerS() <= 0) {
            throw refused("pools: must be given, for it is not known what pool " + info.name()
                    + " can do: or measure its devices, for writes too");
        }
        // One request keeps one set busy, not all of them.
        final double setS = 1 / Math.max(able.readsPerS(), able.writesPerS());
        final long total = (info.capacityBytes() + info.growableBytes()) / header.sampleOneIn();
        final long others = Math.max(0, info.usedBytes() / header.sampleOneIn() - pagesIn * header.pageBytes());
        return new VirtualPool(
                info.name(),
                able.readsPerS() * sideBySide / header.sampleOneIn(),
                able.writesPerS() * sideBySide / header.sampleOneIn(),
                setS - setS / sideBySide,
                total,
                others,
                info.thresholds());
    }

    /** On virtual pools, with the pages that hold data laid into them from end to end. */
    TraceReplay.Stage onVirtual(final List<SimulatedPool> wanted, final AccessReader reader) throws IOException {
        final BitSet holding = holding(reader);
        final List<VirtualPool> pools = new ArrayList<>();
        for (final SimulatedPool pool : wanted) {
            final double rate = Math.max(pool.readsPerS(), pool.writesPerS());
            pools.add(new VirtualPool(
                    pool.name(),
                    pool.readsPerS() / header.sampleOneIn(),
                    pool.writesPerS() / header.sampleOneIn(),
                    Math.max(0, pool.latencyUs() / US_PER_S - 1 / rate),
                    (long) pool.pages() * header.pageBytes() / header.sampleOneIn(),
                    0,
                    PoolThresholds.DEFAULT));
        }
        final VirtualVolume volume = volume(pools, List.of());
        int pool = 0;
        for (int page = 0; page < pages.count(); page++) {
            if (holding.get(page)) {
                while (pool < pools.size() - 1 && !pools.get(pool).hasGoodRoomFor(header.pageBytes())) {
                    pool++;
                }
                if (!pools.get(pool).hasRoomFor(header.pageBytes())) {
                    throw refused("pools.pages: must be enough for the pages that hold data, which are "
                            + (long) holding.cardinality() * header.sampleOneIn()
                            + "; all but the last pool are filled to 73 %");
                }
                volume.place(page, pool);
            }
        }
        return new TraceReplay.Stage(time, pools, volume, pages, header.sampleOneIn(), pools.size() - 1);
    }

    /** Pages that hold data now, and those that are asked for. */
    private BitSet holding(final AccessReader reader) throws IOException {
        final BitSet holding = new BitSet(pages.count());
        final int pageBlocks = header.pageBytes() / AccessText.BLOCK_BYTES;
        reader.all((timeUs, op, block, blocks) -> mark(holding, block / pageBlocks));
        if (present != null) {
            for (long page = 0; page < present.heat().pageCount(); page++) {
                if (present.poolOf(page) != null) {
                    mark(holding, page);
                }
            }
        }
        return holding;
    }

    private void mark(final BitSet holding, final long page) {
        final int index = pages.index(page);
        if (index >= 0) {
            holding.set(index);
        }
    }

    private VirtualVolume volume(final List<VirtualPool> pools, final List<String> allowed) {
        return new VirtualVolume(
                header.number(),
                header.pageBytes(),
                pages.count(),
                pools,
                allowed,
                new HeatClock(
                        time,
                        time,
                        present == null ? HALF_LIFE_S : present.heat().halfLifeS()));
    }

    private static void checkCount(final int pools) {
        if (pools == 0 || pools > Oracle.POOLS_MAX) {
            throw refused("pools: must be 1 to " + Oracle.POOLS_MAX + " that are healthy and take part, are " + pools
                    + "; exclude some from balancing, or give virtual ones");
        }
    }

    private static StorageException refused(final String message) {
        return new StorageException(Code.INVALID, message);
    }
}
