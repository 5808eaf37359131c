package org.isobar.pool.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.isobar.common.policy.Policies;
import org.isobar.common.policy.PolicyAnswer;
import org.isobar.common.policy.PolicyKind;
import org.isobar.common.policy.PolicyUse;
import org.isobar.spi.allocation.AllocationPicture;
import org.isobar.spi.allocation.AllocationPicture.PoolPicture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a policy has decided about the next units of a space, ahead of their first writes, which wait for nobody: two plans are
 * kept, and when one is used up the other is begun and a third asked for. When the policy is slower than the writers, the
 * plan is begun again, so that its shares stay; before the first answer the built-in policy decides. When another policy
 * answers from now on, its plan takes the place of both. Control lane.
 */
final class PagePlan<P> {
    /** Decisions in a plan. */
    static final int UNITS = 64;

    private static final Logger LOG = LoggerFactory.getLogger(PagePlan.class);
    /** Decisions used before a pool that refuses is reason for a new plan. */
    private static final int PATIENCE_UNITS = 16;

    private final PolicyKind<P> kind;
    private final Question<P> question;
    private final Function<Map<String, Integer>, AllocationPicture> pictures;
    private final PolicyUse<P> use;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private List<String> present = List.of();
    private int used;
    /** Null while it is being asked for. */
    private List<String> next;

    private boolean asking;
    /** Whether the answer takes the place of all that was decided before. */
    private boolean replacing;

    private int sinceReplaced;
    private boolean closed;

    /**
     * A plan.
     *
     * @param pictures makes a picture, given the units of each pool that decisions stand for which wait for first writes
     */
    PagePlan(
            final Policies policies,
            final PolicyKind<P> kind,
            final Question<P> question,
            final String policy,
            final String user,
            final Function<Map<String, Integer>, AllocationPicture> pictures) {
        this.kind = kind;
        this.question = question;
        this.pictures = pictures;
        use = policies.use(kind, policy, user, this::replan);
        replan();
    }

    /** How a policy is asked. */
    interface Question<P> {
        /** The pools for the next units. */
        List<String> choose(P policy, AllocationPicture picture, int count);
    }

    /** Completes when the policy, or the built-in one for it, has answered for the first time. */
    CompletionStage<Void> ready() {
        return ready;
    }

    /** The pool for the next unit. */
    String take() {
        if (used == present.size()) {
            used = 0;
            if (next != null) {
                present = next;
                next = null;
            } else if (present.isEmpty()) {
                present = question.choose(kind.builtIn(), pictures.apply(Map.of()), UNITS);
            }
            ask();
        }
        sinceReplaced++;
        return present.get(used++);
    }

    /** A pool that was decided for has no room. */
    void refused() {
        if (sinceReplaced >= PATIENCE_UNITS) {
            replan();
        }
    }

    void close() {
        closed = true;
        use.close();
        ready.complete(null);
    }

    void name(final String user) {
        use.rename(user);
    }

    private void replan() {
        replacing = true;
        sinceReplaced = 0;
        ask();
    }

    private void ask() {
        if (asking || closed) {
            return;
        }
        asking = true;
        final boolean anew = replacing;
        replacing = false;
        final AllocationPicture picture = pictures.apply(anew ? Map.of() : promised());
        use.ask(policy -> List.copyOf(question.choose(policy, picture, UNITS)), names -> wrong(names, picture))
                .thenAccept(answer -> answered(answer, anew))
                .exceptionally(failure -> {
                    LOG.error("allocation.plan.failed user={}", use.user(), failure);
                    return null;
                });
    }

    private void answered(final PolicyAnswer<List<String>> answer, final boolean anew) {
        asking = false;
        if (anew) {
            present = answer.value();
            used = 0;
            next = null;
            ready.complete(null);
        } else {
            next = answer.value();
        }
        if (replacing || anew) {
            ask();
        }
    }

    private Map<String, Integer> promised() {
        final Map<String, Integer> units = new HashMap<>();
        present.subList(used, present.size()).forEach(pool -> units.merge(pool, 1, Integer::sum));
        if (next != null) {
            next.forEach(pool -> units.merge(pool, 1, Integer::sum));
        }
        return units;
    }

    private static String wrong(final List<String> names, final AllocationPicture picture) {
        if (names.size() != UNITS) {
            return "decided about " + names.size() + " units of " + UNITS;
        }
        for (final String name : names) {
            if (picture.pools().stream().map(PoolPicture::name).noneMatch(name::equals)) {
                return "chose a pool that it was not offered: pool=" + name;
            }
        }
        return "";
    }
}
