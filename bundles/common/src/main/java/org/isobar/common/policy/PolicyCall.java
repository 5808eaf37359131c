package org.isobar.common.policy;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.isobar.common.lane.Lane;

/** A question on its way to an answer. Control lane, but for {@link #askAndCheck}. */
final class PolicyCall<P, A> {
    private final Function<P, A> question;
    private final Function<A, String> check;
    private final PolicyTrial<P> trial;
    private final CompletableFuture<PolicyAnswer<A>> answer = new CompletableFuture<>();
    private long beganNs;
    private Lane.Timer limit;

    /**
     * A question.
     *
     * @param trial what is held to blame for the answer; null for the policy itself
     */
    PolicyCall(final Function<P, A> question, final Function<A, String> check, final PolicyTrial<P> trial) {
        this.question = question;
        this.check = check;
        this.trial = trial;
    }

    PolicyTrial<P> trial() {
        return trial;
    }

    CompletableFuture<PolicyAnswer<A>> answer() {
        return answer;
    }

    void began(final long nowNs, final Lane.Timer timer) {
        beganNs = nowNs;
        limit = timer;
    }

    /** How long it has taken; the time is not limited any more. */
    long ended(final long nowNs) {
        limit.cancel();
        return nowNs - beganNs;
    }

    /** Asks a policy that is not trusted; what comes of it is given to the call on the control lane. */
    Attempt<A> askAndCheck(final P policy) {
        try {
            final A value = question.apply(policy);
            final String wrong = value == null ? "answered null" : check.apply(value);
            return wrong.isEmpty() ? new Attempt<>(value, "") : new Attempt<>(null, wrong);
        } catch (final Throwable thrown) {
            return new Attempt<>(null, "threw " + thrown);
        }
    }

    void answered(final A value, final String by) {
        answer.complete(new PolicyAnswer<>(value, by));
    }

    /** Answers in the place of a policy that cannot. */
    void answerBuiltIn(final P builtIn) {
        final A value;
        try {
            value = question.apply(builtIn);
        } catch (final RuntimeException failure) {
            answer.completeExceptionally(failure);
            return;
        }
        answered(value, Policies.BUILT_IN);
    }

    /**
     * What became of a question.
     *
     * @param value the answer, null when it is of no use
     * @param wrong why it is not, empty when it is
     */
    record Attempt<A>(A value, String wrong) {}
}
