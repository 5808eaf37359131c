package org.isobar.pool.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * New pages come from several pools, by a plan: page by page, or an extent at a time. An extent lies where its first page
 * with a slot does, so nothing is kept of it but the page map; while its first pages are on their way to their slots, it is
 * remembered where these go.
 */
final class PlannedPlacement implements Placement {
    private final LivePageSpace space;
    private final List<SlotSource> sources;
    private final long unitPages;
    private final PagePlan<?> plan;
    private final Map<Long, Placing> placing = new HashMap<>();

    PlannedPlacement(
            final LivePageSpace space, final List<SlotSource> sources, final long unitPages, final PagePlan<?> plan) {
        this.space = space;
        this.sources = sources;
        this.unitPages = unitPages;
        this.plan = plan;
    }

    /** An extent on its way to a pool. */
    private static final class Placing {
        private SlotSource source;
        private int pages;
    }

    @Override
    public SlotSource choose(final long page) {
        if (unitPages == 1) {
            return source(plan.take());
        }
        final Placing extent = placing.computeIfAbsent(page / unitPages, key -> new Placing());
        if (extent.source == null) {
            extent.source = present(page / unitPages);
        }
        extent.pages++;
        return extent.source;
    }

    private SlotSource present(final long extent) {
        final long first = extent * unitPages;
        final long end = Math.min(first + unitPages, space.state().pageCount());
        final long page = space.state().nextMapped(first, end);
        final SlotSource there = page < end ? source(space.poolOf(page)) : null;
        return there == null ? source(plan.take()) : there;
    }

    /** Null when a page was moved out of the pools of the volume, or the set that it lies in is not known. */
    private SlotSource source(final String pool) {
        for (final SlotSource one : sources) {
            if (one.pool().name().equals(pool)) {
                return one;
            }
        }
        return null;
    }

    @Override
    public SlotSource instead(final long page, final List<SlotSource> full) {
        plan.refused();
        final int after = sources.indexOf(full.get(full.size() - 1));
        for (int i = 1; i <= sources.size(); i++) {
            final SlotSource one = sources.get((after + i) % sources.size());
            if (!full.contains(one)) {
                final Placing extent = placing.get(page / unitPages);
                if (extent != null) {
                    extent.source = one;
                }
                return one;
            }
        }
        return null;
    }

    @Override
    public void settled(final long page) {
        final Placing extent = placing.get(page / unitPages);
        if (extent != null) {
            extent.pages--;
            if (extent.pages == 0) {
                placing.remove(page / unitPages);
            }
        }
    }

    @Override
    public void close() {
        plan.close();
    }

    @Override
    public void name(final String volume) {
        plan.name("volume=" + volume);
    }

    PagePlan<?> plan() {
        return plan;
    }
}
