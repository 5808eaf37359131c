package org.isobar.common.policy;

import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Somebody who has selected a policy and asks it. Any thread may call. */
public final class PolicyUse<P> implements AutoCloseable {
    private final Policies policies;
    private final PolicyRoom<P> room;
    private final Runnable changed;
    private volatile String policy;
    private volatile String user;

    PolicyUse(
            final Policies policies,
            final PolicyRoom<P> room,
            final String policy,
            final String user,
            final Runnable changed) {
        this.policies = policies;
        this.room = room;
        this.policy = policy;
        this.user = user;
        this.changed = changed;
    }

    /** Name of the policy that is selected, whether it is there or not. */
    public String policy() {
        return policy;
    }

    /** Who has selected it, for people. */
    public String user() {
        return user;
    }

    /** Who has selected it is called otherwise. */
    public void rename(final String called) {
        user = called;
    }

    /** Selects another. */
    public void select(final String other) {
        policy = other;
        policies.selected(this);
    }

    /**
     * Asks the selected policy, off the lanes.
     *
     * <p>One that is not there or fenced does not answer, nor does one that throws, that answers null or what {@code check}
     * refuses, or that takes longer than the limit: such a one is fenced. Then the built-in policy answers, on the control
     * lane.
     *
     * @param question asks the policy and copies what it says, since nothing of the policy's is touched afterwards; may be
     *     called twice
     * @param check says what is wrong with an answer, empty when nothing is
     * @return completes on the control lane, exceptionally when the built-in policy fails only
     */
    public <A> CompletionStage<PolicyAnswer<A>> ask(final Function<P, A> question, final Function<A, String> check) {
        return policies.ask(this, new PolicyCall<>(question, check, null));
    }

    /** Uses it no more. */
    @Override
    public void close() {
        room.uses().remove(this);
    }

    PolicyRoom<P> room() {
        return room;
    }

    /** Says that another policy than before answers. */
    void tellChanged() {
        changed.run();
    }
}
