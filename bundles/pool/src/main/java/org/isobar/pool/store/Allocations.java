package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.pool.PageAllocation.Unit;
import org.isobar.common.policy.Policies;
import org.isobar.common.policy.PolicyKind;
import org.isobar.spi.allocation.AllocationPicture;
import org.isobar.spi.allocation.AllocationPicture.PoolPicture;
import org.isobar.spi.allocation.ExtentAllocator;
import org.isobar.spi.allocation.PageAllocator;

/** Makes the placements of spaces, by how their volumes are allocated. Control lane. */
final class Allocations {
    private static final PolicyKind<ExtentAllocator> EXTENT =
            new PolicyKind<>("extent", ExtentAllocator.class, Allocations::builtIn);
    private static final PolicyKind<PageAllocator> PAGE =
            new PolicyKind<>("page", PageAllocator.class, Allocations::builtIn);

    private final Policies policies;
    private final StoreParts parts;
    private final PoolServiceFigures service;

    Allocations(final Policies policies, final StoreParts parts) {
        this.policies = policies;
        this.parts = parts;
        service = new PoolServiceFigures(parts);
        policies.declare(EXTENT);
        policies.declare(PAGE);
    }

    /** Refuses an allocation whose policy is not plugged in, or whose extents are shorter than pages. */
    void check(final PageAllocation allocation, final int pageBytes) {
        if (allocation.unit() == Unit.VOLUME) {
            return;
        }
        final boolean extents = allocation.unit() == Unit.EXTENT;
        final Set<String> known = extents ? policies.names(EXTENT) : policies.names(PAGE);
        if (!known.contains(allocation.policy())) {
            throw invalid("policy: must be one of " + known + ", is " + allocation.policy());
        }
        if (extents && allocation.extentBytes() < pageBytes) {
            throw invalid(
                    "extentBytes: must not be less than pageBytes=" + pageBytes + ", is " + allocation.extentBytes());
        }
    }

    private static StorageException invalid(final String message) {
        return new StorageException(StorageException.Code.INVALID, message);
    }

    /**
     * Places the new pages of a space as its state says from now on.
     *
     * @return completes when a plan for it is there
     */
    CompletionStage<Void> place(final LivePageSpace space) {
        final PageAllocation allocation = space.state().allocation();
        if (allocation.unit() == Unit.VOLUME) {
            space.place(new HomePlacement(space.source()));
            return CompletableFuture.completedFuture(null);
        }
        final List<SlotSource> sources = new ArrayList<>();
        for (final String name : allocation.pools()) {
            sources.add(parts.capacity().source(pool(name), space.pageBytes()));
        }
        final PagePlan<?> plan = allocation.unit() == Unit.EXTENT
                ? plan(EXTENT, ExtentAllocator::choose, space)
                : plan(PAGE, PageAllocator::choose, space);
        space.place(new PlannedPlacement(
                space, sources, allocation.unitBytes(space.pageBytes()) / space.pageBytes(), plan));
        return plan.ready();
    }

    private <P> PagePlan<P> plan(
            final PolicyKind<P> kind, final PagePlan.Question<P> question, final LivePageSpace space) {
        final PageAllocation allocation = space.state().allocation();
        return new PagePlan<>(
                policies,
                kind,
                question,
                allocation.policy(),
                "volume=" + space.name(),
                promised -> picture(space, allocation, promised));
    }

    private AllocationPicture picture(
            final LivePageSpace space, final PageAllocation allocation, final Map<String, Integer> promised) {
        final long unitBytes = allocation.unitBytes(space.pageBytes());
        final Map<String, Long> mine = space.bytesByPool();
        final List<PoolPicture> pools = new ArrayList<>();
        for (final String name : allocation.pools()) {
            final PoolState pool = pool(name);
            final FullnessWatch.Usage usage = parts.fullness().usage(pool);
            final long promisedBytes = promised.getOrDefault(name, 0) * unitBytes;
            pools.add(new PoolPicture(
                    name,
                    pool.level(),
                    usage.usedBytes() + usage.freeBytes(),
                    Math.max(0, usage.freeBytes() - promisedBytes),
                    mine.getOrDefault(name, 0L) + promisedBytes,
                    healthy(name),
                    service.of(pool)));
        }
        return new AllocationPicture(space.sizeBytes(), unitBytes, pools);
    }

    private boolean healthy(final String pool) {
        for (final LiveSet set : parts.sets().all()) {
            if (set.state().pool().equals(pool) && !set.healthy()) {
                return false;
            }
        }
        return true;
    }

    private PoolState pool(final String name) {
        return parts.state().pool(name).orElseThrow(() -> PageSpaces.noPool(name));
    }

    /** Healthy pools with room first, then those with most room. */
    private static List<String> builtIn(final AllocationPicture picture, final int count) {
        final List<PoolPicture> pools = picture.pools();
        final long[] free = pools.stream().mapToLong(PoolPicture::freeBytes).toArray();
        final List<String> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int best = 0;
            for (int other = 1; other < free.length; other++) {
                final boolean fits = free[other] >= picture.unitBytes();
                final boolean bestFits = free[best] >= picture.unitBytes();
                final boolean better =
                        pools.get(other).healthy() == pools.get(best).healthy()
                                ? free[other] > free[best]
                                : pools.get(other).healthy();
                best = fits == bestFits ? (better ? other : best) : fits ? other : best;
            }
            free[best] -= picture.unitBytes();
            names.add(pools.get(best).name());
        }
        return names;
    }
}
