package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.isobar.api.block.IoStatus;
import org.isobar.api.pool.ChunkletClasses;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slot sources of all pools, and how space moves between them: a set that is empty and not needed gives its
 * chunklets back, at once when the pool has enough without it, else when another pool has none. Control lane.
 */
final class Capacity implements SlotSource.SpaceKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(Capacity.class);

    private final Metadata metadata;
    private final SetTable sets;
    private final SetFactory factory;
    private final SlotCleaner cleaner;
    private final Map<Key, SlotSource> sources = new HashMap<>();
    private Runnable usageListener = () -> {};
    private int removing;

    Capacity(final Metadata metadata, final SetTable sets, final SetFactory factory, final SlotCleaner cleaner) {
        this.metadata = metadata;
        this.sets = sets;
        this.factory = factory;
        this.cleaner = cleaner;
    }

    /** Who wants to hear that pools have more or less space. */
    void onUsageChanged(final Runnable listener) {
        usageListener = listener;
    }

    private record Key(String pool, int pageBytes) {}

    /** The source of a pool for pages of one length. */
    SlotSource source(final PoolState pool, final int pageBytes) {
        return sources.computeIfAbsent(
                new Key(pool.name(), pageBytes), key -> new SlotSource(pool, pageBytes, metadata, sets, factory, this));
    }

    /** Chunklets or sets have come (back). */
    void changed() {
        usageListener.run();
        new ArrayList<>(sources.values()).forEach(SlotSource::capacityChanged);
    }

    /** Refuses all who wait for slots. */
    void refuseAll(final IoStatus why) {
        new ArrayList<>(sources.values()).forEach(source -> source.refuseAll(why));
    }

    /** Slots of a set are FREE again. */
    void slotsFreed(final LiveSet set) {
        final SlotSource source = sourceOf(set);
        if (removable(set)
                && (!inUse(source) || source.availableSlots() - set.state().slotCount() > 0)) {
            remove(set);
        }
        changed();
    }

    @Override
    public void usageChanged() {
        usageListener.run();
    }

    @Override
    public boolean freesSpaceFor(final SlotSource needy) {
        if (cleaner.busy() || removing > 0) {
            return true;
        }
        for (final LiveSet set : sets.all()) {
            if (sourceOf(set) != needy && removable(set) && helps(set, needy)) {
                remove(set);
                return true;
            }
        }
        return false;
    }

    /** Whether a pool could use a chunklet of the set. */
    private boolean helps(final LiveSet set, final SlotSource needy) {
        final String wanted = metadata.state()
                .pool(needy.pool().name())
                .map(PoolState::performanceClass)
                .orElse(ChunkletClasses.ANY);
        return set.state().spec().columns().stream()
                .anyMatch(column -> metadata.state().classes().serves(column.device(), column.chunklet(), wanted));
    }

    /** Whether nothing lies in a set and nothing is on its way to it. */
    boolean removable(final LiveSet set) {
        return !set.leaving() && set.empty() && !sourceOf(set).busy();
    }

    /** Gives the chunklets of an empty set back. */
    CompletionStage<Void> remove(final LiveSet set) {
        removing++;
        sourceOf(set).forget(set);
        return factory.remove(set).whenComplete((nothing, failure) -> {
            removing--;
            if (failure == null) {
                LOG.info("set.removed set={} pool={}", set.id(), set.state().pool());
            } else {
                LOG.warn("set.remove.failed set={} why={}", set.id(), Failures.message(failure));
            }
            changed();
        });
    }

    /** The sources of a pool. */
    List<SlotSource> sourcesOf(final String pool) {
        return sources.values().stream()
                .filter(source -> source.pool().name().equals(pool))
                .toList();
    }

    /** A pool is gone. */
    void forget(final String pool) {
        sources.keySet().removeIf(key -> key.pool().equals(pool));
    }

    private SlotSource sourceOf(final LiveSet set) {
        final PoolState pool = metadata.state().pool(set.state().pool()).orElseThrow();
        return source(pool, set.state().pageBytes());
    }

    private boolean inUse(final SlotSource source) {
        return metadata.state().spaces().stream()
                .anyMatch(space -> !space.deleting()
                        && space.pageBytes() == source.pageBytes()
                        && space.takesFrom(source.pool().name()));
    }
}
