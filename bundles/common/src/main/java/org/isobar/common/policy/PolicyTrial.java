package org.isobar.common.policy;

import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Somebody who tries a policy without trusting it: asks it just as a {@link PolicyUse} does, in the same line, so that the policy
 * never has two questions at a time; but one that throws, is slow, or answers nonsense is fenced for this trial alone. Who
 * uses it goes on to be answered by it, and its counters stay as they are. A real question waits for one of a trial at most
 * as long as a policy may take. Any thread may call.
 */
public final class PolicyTrial<P> {
    private final Policies policies;
    private final PolicyRoom<P> room;
    private final String policy;
    private volatile String fence = "";

    PolicyTrial(final Policies policies, final PolicyRoom<P> room, final String policy) {
        this.policies = policies;
        this.room = room;
        this.policy = policy;
    }

    /** Name of the policy that is tried. */
    public String policy() {
        return policy;
    }

    /** Why it is not asked any more; empty while it is. */
    public String fence() {
        return fence;
    }

    /** As {@link PolicyUse#ask}. */
    public <A> CompletionStage<PolicyAnswer<A>> ask(final Function<P, A> question, final Function<A, String> check) {
        return policies.ask(this, new PolicyCall<>(question, check, this));
    }

    PolicyRoom<P> room() {
        return room;
    }

    boolean fenced() {
        return !fence.isEmpty();
    }

    void fence(final String why) {
        fence = why;
    }
}
