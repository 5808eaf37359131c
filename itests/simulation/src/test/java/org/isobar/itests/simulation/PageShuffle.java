package org.isobar.itests.simulation;

import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.pool.PageAllocation;

/** Moves pages of volumes between pools at any time, and gives volumes other homes and allocations, while everything else befalls the member. */
final class PageShuffle {
    /** What a move may end in although nothing is wrong: no room, a page that is freed, a device that is away. */
    private static final Set<Code> EXPECTED = Set.of(Code.NO_SPACE, Code.CONFLICT, Code.UNAVAILABLE);

    private static final int ALLOCATE_ONE_IN = 8;
    private static final int REHOME_ONE_IN = 16;
    private static final int PAGES_MAX = 3;

    private final SimulatedMember member;
    private final List<String> pools;
    private final Balancing balancing;
    private int moved;
    private Throwable unexpected;

    /**
     * Between these pools.
     *
     * @param balancing the balancer that moves pages in addition, or null
     */
    PageShuffle(final SimulatedMember member, final List<String> pools, final Balancing balancing) {
        this.member = member;
        this.balancing = balancing;
        memberStarted();
        this.pools = List.copyOf(pools);
        member.hangPolicies();
    }

    /** Whether the pages of a member with this seed are moved: of two in three. */
    static boolean wanted(final long seed) {
        return Long.remainderUnsigned(Long.divideUnsigned(seed, Scenario.values().length), 3) != 2;
    }

    /** Whether the balancer moves some of them: in every other member whose pages are moved. */
    static boolean balanced(final long seed) {
        return Long.remainderUnsigned(Long.divideUnsigned(seed, 3L * Scenario.values().length), 2) == 0;
    }

    /** The member has started. */
    void memberStarted() {
        if (balancing != null) {
            balancing.start();
        }
    }

    /** Moves no more by itself. */
    void stop() {
        if (balancing != null) {
            balancing.stop();
        }
    }

    /** Begins to move a few pages of a volume. */
    void shuffle(final ModelledVolume volume, final Random random) {
        if (balancing != null && random.nextBoolean()) {
            balancing.ask(volume, random);
            return;
        }
        final String pool = pools.get(random.nextInt(pools.size()));
        if (random.nextInt(ALLOCATE_ONE_IN) == 0) {
            final PageAllocation allocation =
                    SimulatedPolicies.any(member.policies(), pools, volume.pageBytes(), random);
            expectMostly(member.pages().allocate(volume.number(), allocation).thenApply(nothing -> false));
            return;
        }
        if (random.nextInt(REHOME_ONE_IN) == 0) {
            expectMostly(member.pages().rehome(volume.number(), pool).thenApply(nothing -> false));
            return;
        }
        final int pageBlocks = volume.pageBytes() / ModelledVolume.BLOCK_BYTES;
        final int pageCount = (volume.blockCount() + pageBlocks - 1) / pageBlocks;
        for (int count = 1 + random.nextInt(PAGES_MAX); count > 0; count--) {
            expectMostly(member.pages().move(volume.number(), random.nextInt(pageCount), pool));
        }
    }

    private void expectMostly(final CompletionStage<Boolean> stage) {
        stage.whenComplete((done, failure) -> {
            moved += Boolean.TRUE.equals(done) ? 1 : 0;
            final Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause != null && !(cause instanceof StorageException known && EXPECTED.contains(known.code()))) {
                unexpected = cause;
            }
        });
    }

    /** Pages that were moved so far. */
    int moved() {
        return moved;
    }

    /** No move may have ended in anything unheard of. */
    void verify() {
        if (balancing != null) {
            balancing.verify();
        }
        if (unexpected != null) {
            throw new AssertionError("a move ended in " + unexpected, unexpected);
        }
    }
}
