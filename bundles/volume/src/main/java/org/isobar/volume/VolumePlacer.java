package org.isobar.volume;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.pool.PageAllocation.Unit;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.PoolService;
import org.isobar.api.volume.NamedService;
import org.isobar.api.volume.VolumeSpec;
import org.isobar.common.Check;

/** Says which pools the pages of a new volume come from: those named, that of a service, or what a policy chooses. Control lane. */
final class VolumePlacer {
    private static final String MANUAL = "manual";
    private static final String SERVICE = "service";
    private static final int MIN_PAGE_BYTES = 1 << 16;
    private static final int MAX_PAGE_BYTES = 1 << 30;

    private final PoolService pools;
    private final PoolChoice poolChoice;
    private final ServiceNames services;
    private final int defaultPageBytes;

    /**
     * Prepares.
     *
     * @param services as configured
     * @param pageBytes of volumes whose creator names no page length
     * @throws IllegalArgumentException naming the setting that is out of bounds
     */
    VolumePlacer(final PoolService pools, final PoolChoice poolChoice, final String services, final int pageBytes) {
        this.pools = pools;
        this.poolChoice = poolChoice;
        this.services = new ServiceNames(services);
        defaultPageBytes =
                Check.range("page.bytes", Check.powerOfTwo("page.bytes", pageBytes), MIN_PAGE_BYTES, MAX_PAGE_BYTES);
    }

    /** Checks that the policy that a creator names is there. */
    void checkKnown(final VolumeSpec spec) {
        poolChoice.checkKnown(volumePolicy(spec));
    }

    /** The services that have a name. */
    List<NamedService> services() {
        return services.over(pools.pools());
    }

    /** Page length of a new volume. */
    int pageBytes(final VolumeSpec spec) {
        return spec.pageBytes() == 0 ? defaultPageBytes : spec.pageBytes();
    }

    /** Chooses; fails when something that was named is not there, or nothing has room or gives the service. */
    CompletionStage<PoolChoice.Choice> choose(final VolumeSpec spec) {
        if (spec.allocation().unit() != Unit.VOLUME) {
            final PageAllocation allocation =
                    AllocationDefaults.complete(spec.allocation(), pageBytes(spec), pools.pools());
            return CompletableFuture.completedFuture(
                    new PoolChoice.Choice(allocation.pools().get(0), allocation.policy(), allocation));
        }
        if (spec.service() != null) {
            final PoolInfo pool = services.find(spec.service()).cheapest(pools.pools(), spec.sizeBytes());
            return CompletableFuture.completedFuture(new PoolChoice.Choice(pool.name(), SERVICE, PageAllocation.WHOLE));
        }
        if (spec.pool() == null) {
            return poolChoice.choose(
                    volumePolicy(spec), candidates(spec.allocation().pools()), spec.sizeBytes());
        }
        if (pools.pool(spec.pool()).isEmpty()) {
            throw noPool(spec.pool());
        }
        return CompletableFuture.completedFuture(new PoolChoice.Choice(spec.pool(), MANUAL, PageAllocation.WHOLE));
    }

    private static String volumePolicy(final VolumeSpec spec) {
        final boolean whole = spec.allocation().unit() == Unit.VOLUME;
        return whole && spec.allocation().policy() != null ? spec.allocation().policy() : spec.policy();
    }

    private List<PoolInfo> candidates(final List<String> named) {
        if (named.isEmpty()) {
            return pools.pools();
        }
        final List<PoolInfo> candidates = new ArrayList<>();
        for (final String name : named) {
            candidates.add(pools.pool(name).orElseThrow(() -> noPool(name)));
        }
        return candidates;
    }

    private static StorageException noPool(final String name) {
        return new StorageException(StorageException.Code.NOT_FOUND, "no such pool: name=" + name);
    }

    void close() {
        poolChoice.close();
    }
}
