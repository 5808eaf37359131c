package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.isobar.api.device.Device;
import org.isobar.api.pool.DeviceUsage;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.SetPlacement;
import org.isobar.api.profile.PerformanceClass;
import org.isobar.api.raid.RaidColumn;
import org.isobar.api.raid.RaidSet;
import org.isobar.api.raid.RaidSetInfo;
import org.isobar.api.raid.RaidSetState;
import org.isobar.pool.store.SetState.Slot;

/** Pictures of pools, sets and devices for people. Any thread; a picture taken while things change is not exact. */
final class PoolPictures {
    private final StoreParts parts;
    private final PoolServiceFigures service;

    PoolPictures(final StoreParts parts) {
        this.parts = parts;
        service = new PoolServiceFigures(parts);
    }

    List<PoolInfo> pools() {
        final List<SetPlacement> sets = sets();
        return parts.state().pools().stream().map(pool -> pool(pool, sets)).toList();
    }

    PoolInfo pool(final PoolState pool) {
        return pool(pool, sets());
    }

    private PoolInfo pool(final PoolState pool, final List<SetPlacement> sets) {
        int setCount = 0;
        long capacity = 0;
        long used = 0;
        int degraded = 0;
        int offline = 0;
        int outOfClass = 0;
        for (final SetPlacement set : sets) {
            if (set.pool().equals(pool.name())) {
                setCount++;
                outOfClass += outOfClass(set, pool.performanceClass());
                capacity += (long) set.slotCount() * set.pageBytes();
                used += (long) set.usedSlots() * set.pageBytes();
                degraded += set.info().state() == RaidSetState.HEALTHY ? 0 : 1;
                offline += set.info().state() == RaidSetState.OFFLINE ? 1 : 0;
            }
        }
        final long growable = parts.fullness().growableBytes(pool);
        return new PoolInfo(
                pool.name(),
                pool.level(),
                pool.performanceClass(),
                setCount,
                capacity,
                used,
                growable,
                degraded,
                offline,
                parts.fullness().space(pool, growable).fullness(),
                pool.thresholds(),
                parts.factory().logs(pool),
                outOfClass,
                service.of(pool),
                parts.levels().reason(pool));
    }

    private int outOfClass(final SetPlacement set, final String wanted) {
        int count = 0;
        for (final RaidSetInfo.ColumnInfo column : set.info().columns()) {
            count += parts.state()
                            .classes()
                            .serves(column.column().device(), column.column().chunklet(), wanted)
                    ? 0
                    : 1;
        }
        return count;
    }

    private Map<String, Integer> freeByClass(final UUID device, final int total) {
        final Map<String, Integer> free = new HashMap<>();
        for (final PerformanceClass one : parts.state().classes().classes()) {
            final int count = parts.state().classes().count(device, one.name(), total);
            if (count > 0) {
                free.put(one.name(), Math.max(0, count - parts.state().chunkletsUsed(device, one.name())));
            }
        }
        return free;
    }

    List<SetPlacement> sets() {
        final List<SetPlacement> placements = new ArrayList<>();
        for (final LiveSet set : parts.sets().all()) {
            final SetState state = set.state();
            placements.add(new SetPlacement(
                    state.pool(), state.pageBytes(), state.slotCount(), state.count(Slot.MAPPED), info(set)));
        }
        return placements;
    }

    List<DeviceUsage> usage() {
        final Map<UUID, Map<String, Integer>> byDevice = new HashMap<>();
        final Map<UUID, Map<String, Integer>> byLevel = new HashMap<>();
        for (final SetState set : parts.state().sets()) {
            for (final RaidColumn column : set.spec().columns()) {
                byDevice.computeIfAbsent(column.device(), key -> new HashMap<>())
                        .merge(set.pool(), 1, Integer::sum);
                byLevel.computeIfAbsent(column.device(), key -> new HashMap<>())
                        .merge(set.spec().level(), 1, Integer::sum);
            }
        }
        final TreeSet<UUID> known = new TreeSet<>(byDevice.keySet());
        parts.door().directory().devices().forEach(device -> known.add(device.uuid()));
        final List<DeviceUsage> usage = new ArrayList<>();
        for (final UUID uuid : known) {
            final int total = parts.door()
                    .directory()
                    .find(uuid)
                    .map(Device::layout)
                    .map(layout -> layout.chunkletCount())
                    .orElse(0);
            final int free = Math.max(0, total - parts.state().chunkletsUsed(uuid));
            usage.add(new DeviceUsage(
                    uuid,
                    free,
                    freeByClass(uuid, total),
                    byDevice.getOrDefault(uuid, Map.of()),
                    byLevel.getOrDefault(uuid, Map.of())));
        }
        return usage;
    }

    /** Of a set that could not be assembled only the metadata is known. */
    private static RaidSetInfo info(final LiveSet set) {
        final RaidSet raid = set.raid();
        if (raid != null) {
            return raid.info();
        }
        final List<RaidSetInfo.ColumnInfo> columns = new ArrayList<>();
        for (final RaidColumn column : set.state().spec().columns()) {
            columns.add(new RaidSetInfo.ColumnInfo(column, false, false));
        }
        return RaidSetInfo.unused(set.state().spec(), RaidSetState.OFFLINE, columns);
    }
}
