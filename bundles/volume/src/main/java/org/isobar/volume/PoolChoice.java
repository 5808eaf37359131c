package org.isobar.volume;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.isobar.api.StorageException;
import org.isobar.api.pool.PoolInfo;
import org.isobar.spi.allocation.VolumeAllocator;
import org.isobar.spi.allocation.VolumeAllocator.Candidate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the pool of a new volume by the policies plugged in now. A default policy that is missing, fails, or names a
 * pool that is not there gives way to the built-in one (healthy before unhealthy, then most free) with a warning.
 */
final class PoolChoice {
    private static final Logger LOG = LoggerFactory.getLogger(PoolChoice.class);
    private static final String BUILT_IN = "built-in";

    private final Map<String, VolumeAllocator> allocators = new ConcurrentHashMap<>();
    private final String defaultPolicy;

    PoolChoice(final String defaultPolicy) {
        this.defaultPolicy = defaultPolicy;
    }

    void add(final String policy, final VolumeAllocator allocator) {
        allocators.put(policy, allocator);
    }

    void remove(final String policy, final VolumeAllocator allocator) {
        allocators.remove(policy, allocator);
    }

    /** Refuses a policy that an operator named and that is not plugged in. */
    void checkKnown(final String policy) {
        if (policy != null && !allocators.containsKey(policy)) {
            throw new StorageException(
                    StorageException.Code.INVALID,
                    "policy: must be one of " + new TreeSet<>(allocators.keySet()) + ", is " + policy);
        }
    }

    /**
     * Chooses.
     *
     * @param named policy that was asked for, or null for the default
     */
    Choice choose(final String named, final List<PoolInfo> pools, final long sizeBytes) {
        if (pools.isEmpty()) {
            throw new StorageException(
                    StorageException.Code.NO_SPACE, "no pool to put a volume in: create a pool first");
        }
        final List<Candidate> candidates = pools.stream()
                .map(pool -> new Candidate(
                        pool.name(),
                        pool.level(),
                        pool.capacityBytes() - pool.usedBytes() + pool.growableBytes(),
                        pool.degradedSets() == 0 && pool.offlineSets() == 0))
                .toList();
        final String policy = named == null ? defaultPolicy : named;
        final VolumeAllocator allocator = allocators.get(policy);
        if (allocator == null) {
            LOG.warn("volume.policy.missing policy={} fallback={}", policy, BUILT_IN);
            return builtIn(candidates, sizeBytes);
        }
        final Optional<String> chosen;
        try {
            chosen = allocator.choose(candidates, sizeBytes);
        } catch (final RuntimeException failure) {
            LOG.warn("volume.policy.failed policy={} fallback={}", policy, BUILT_IN, failure);
            return builtIn(candidates, sizeBytes);
        }
        if (chosen.isEmpty()) {
            throw noneFits(policy, sizeBytes);
        }
        if (candidates.stream().noneMatch(candidate -> candidate.name().equals(chosen.get()))) {
            LOG.warn("volume.policy.wrong policy={} pool={} fallback={}", policy, chosen.get(), BUILT_IN);
            return builtIn(candidates, sizeBytes);
        }
        return new Choice(chosen.get(), policy);
    }

    private static Choice builtIn(final List<Candidate> candidates, final long sizeBytes) {
        return candidates.stream()
                .filter(candidate -> candidate.freeBytes() >= sizeBytes)
                .max(Comparator.comparing(Candidate::healthy).thenComparingLong(Candidate::freeBytes))
                .map(candidate -> new Choice(candidate.name(), BUILT_IN))
                .orElseThrow(() -> noneFits(BUILT_IN, sizeBytes));
    }

    private static StorageException noneFits(final String policy, final long sizeBytes) {
        return new StorageException(
                StorageException.Code.NO_SPACE,
                "no pool has room for the volume: sizeBytes=" + sizeBytes + " policy=" + policy
                        + "; name a pool to use it all the same");
    }

    /**
     * A decision.
     *
     * @param pool where
     * @param policy who decided
     */
    record Choice(String pool, String policy) {}
}
