package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.isobar.api.StorageException;
import org.isobar.api.pool.PoolFullness;
import org.isobar.api.pool.PoolSpace;
import org.isobar.api.pool.SpaceListener;
import org.isobar.common.lane.Lane;
import org.isobar.pool.store.SetState.Slot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs when the fullness of a pool changes, and tells who wants to hear of space. Looks at all pools a short while after anything changed, however much did.
 * Control lane, but for {@link #space} and what it is made of, and {@link #listeners}.
 */
final class FullnessWatch {
    private static final Logger LOG = LoggerFactory.getLogger(FullnessWatch.class);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Lane control;
    private final MemberState state;
    private final SetTable sets;
    private final SetFactory factory;
    private final Map<String, PoolFullness> known = new ConcurrentHashMap<>();
    private final Set<SpaceListener> listeners = ConcurrentHashMap.newKeySet();
    private boolean scheduled;
    private boolean stopped;

    FullnessWatch(final Lane control, final MemberState state, final SetTable sets, final SetFactory factory) {
        this.control = control;
        this.state = state;
        this.sets = sets;
        this.factory = factory;
    }

    /**
     * Space of a pool.
     *
     * @param usedBytes in pages
     * @param freeBytes in slots of serving sets without a page, and in sets that free chunklets would make
     */
    record Usage(long usedBytes, long freeBytes) {}

    /** Pages, sets, devices or thresholds have changed. */
    void changed() {
        if (!scheduled && !stopped) {
            scheduled = true;
            control.schedule(this::look, PAUSE_NS);
        }
    }

    /** Logs no more. */
    void stop() {
        stopped = true;
    }

    /** Who wants to hear. */
    Set<SpaceListener> listeners() {
        return listeners;
    }

    /** The space of a pool now. Any thread. */
    PoolSpace space(final PoolState pool) {
        return space(pool, growableBytes(pool));
    }

    /** As {@link #space(PoolState)}, where it is known what the pool could gain from free chunklets. */
    PoolSpace space(final PoolState pool, final long growableBytes) {
        final Usage usage = usage(pool, growableBytes);
        return space(pool, usage, next(pool, usage));
    }

    private static PoolSpace space(final PoolState pool, final Usage usage, final PoolFullness fullness) {
        return new PoolSpace(pool.name(), usage.usedBytes(), usage.freeBytes(), fullness, pool.thresholds());
    }

    private PoolFullness next(final PoolState pool, final Usage usage) {
        return FullnessRules.next(
                known.getOrDefault(pool.name(), PoolFullness.NORMAL),
                pool.thresholds(),
                usage.usedBytes(),
                usage.freeBytes());
    }

    /** The space of a pool now. Any thread; taken while things change it is not exact. */
    Usage usage(final PoolState pool) {
        return usage(pool, growableBytes(pool));
    }

    private Usage usage(final PoolState pool, final long growableBytes) {
        long used = 0;
        long free = growableBytes;
        for (final LiveSet set : sets.all()) {
            final SetState slots = set.state();
            if (slots.pool().equals(pool.name())) {
                final long mapped = slots.count(Slot.MAPPED);
                used += mapped * slots.pageBytes();
                free += set.serving() ? (slots.slotCount() - mapped) * slots.pageBytes() : 0;
            }
        }
        return new Usage(used, free);
    }

    /** What a pool could gain from free chunklets. Any thread. */
    long growableBytes(final PoolState pool) {
        try {
            return factory.growableBytes(pool);
        } catch (final StorageException unplugged) {
            return 0;
        }
    }

    private void look() {
        scheduled = false;
        if (stopped) {
            return;
        }
        known.keySet().removeIf(name -> state.pool(name).isEmpty());
        final List<PoolSpace> spaces = new ArrayList<>();
        for (final PoolState pool : state.pools()) {
            final Usage usage = usage(pool);
            final PoolFullness next = next(pool, usage);
            final PoolFullness before = known.put(pool.name(), next);
            if (next != (before == null ? PoolFullness.NORMAL : before)) {
                log(pool.name(), next, usage);
            }
            spaces.add(space(pool, usage, next));
        }
        listeners.forEach(listener -> tell(listener, spaces));
    }

    /** One that fails does not keep the others from hearing. */
    private static void tell(final SpaceListener listener, final List<PoolSpace> spaces) {
        try {
            listener.spaceChanged(List.copyOf(spaces));
        } catch (final RuntimeException failure) {
            LOG.error("pool.space.listener.failed", failure);
        }
    }

    /** A full pool still serves what it holds, and others may never be used: nothing here is an error of the member. */
    private static void log(final String pool, final PoolFullness next, final Usage usage) {
        final String line = "pool.fullness pool={} state={} usedBytes={} freeBytes={}";
        final Object[] values = {pool, next, usage.usedBytes(), usage.freeBytes()};
        if (next == PoolFullness.NORMAL) {
            LOG.info(line, values);
        } else {
            LOG.warn(line, values);
        }
    }
}
