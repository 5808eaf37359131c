package org.isobar.volume;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.pool.PoolInfo;
import org.isobar.common.policy.Policies;
import org.isobar.common.policy.PolicyKind;
import org.isobar.common.policy.PolicyUse;
import org.isobar.spi.allocation.VolumeAllocator;
import org.isobar.spi.allocation.VolumeAllocator.Candidate;

/** Chooses the pool of a new volume by the policies plugged in now; the built-in one prefers healthy pools, then most free. */
final class PoolChoice {
    private static final PolicyKind<VolumeAllocator> KIND =
            new PolicyKind<>("volume", VolumeAllocator.class, PoolChoice::builtIn);

    private final Policies policies;
    private final PolicyUse<VolumeAllocator> byDefault;

    PoolChoice(final Policies policies, final String defaultPolicy) {
        this.policies = policies;
        byDefault = policies.use(KIND, defaultPolicy, "new volumes");
    }

    /** Chooses no more. */
    void close() {
        byDefault.close();
    }

    /** Refuses a policy that an operator named and that is not plugged in. */
    void checkKnown(final String policy) {
        final Set<String> known = policies.names(KIND);
        if (policy != null && !known.contains(policy)) {
            throw new StorageException(
                    StorageException.Code.INVALID, "policy: must be one of " + known + ", is " + policy);
        }
    }

    /**
     * Chooses; completes on the control lane.
     *
     * @param named policy that was asked for, or null for the default
     */
    CompletionStage<Choice> choose(final String named, final List<PoolInfo> pools, final long sizeBytes) {
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
        return named == null
                ? ask(byDefault, candidates, sizeBytes)
                : askOnce(policies.use(KIND, named, "a new volume"), candidates, sizeBytes);
    }

    private static CompletionStage<Choice> askOnce(
            final PolicyUse<VolumeAllocator> use, final List<Candidate> candidates, final long sizeBytes) {
        return ask(use, candidates, sizeBytes).whenComplete((choice, failure) -> use.close());
    }

    private static CompletionStage<Choice> ask(
            final PolicyUse<VolumeAllocator> use, final List<Candidate> candidates, final long sizeBytes) {
        return use.ask(policy -> policy.choose(candidates, sizeBytes), chosen -> wrong(chosen, candidates))
                .thenApply(answer -> answer.value()
                        .map(pool -> new Choice(pool, answer.policy(), PageAllocation.WHOLE))
                        .orElseThrow(() -> noneFits(answer.policy(), sizeBytes)));
    }

    private static String wrong(final Optional<String> chosen, final List<Candidate> candidates) {
        return chosen.isEmpty()
                        || candidates.stream()
                                .anyMatch(candidate -> candidate.name().equals(chosen.get()))
                ? ""
                : "chose a pool that it was not offered: pool=" + chosen.get();
    }

    private static Optional<String> builtIn(final List<Candidate> candidates, final long sizeBytes) {
        return candidates.stream()
                .filter(candidate -> candidate.freeBytes() >= sizeBytes)
                .max(Comparator.comparing(Candidate::healthy).thenComparingLong(Candidate::freeBytes))
                .map(Candidate::name);
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
     * @param allocation how pages find their pools
     */
    record Choice(String pool, String policy, PageAllocation allocation) {}
}
