package org.isobar.common.policy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A policy that is plugged in. It is asked one question at a time.
 *
 * <p>Counters and the fence may be read by any thread; what waits belongs to the control lane.
 */
final class PluggedPolicy<P> {
    /** Questions that may wait for one policy; more are answered by the built-in one. */
    static final int WAITING_MAX = 1024;

    private final String name;
    private final P policy;
    private final PolicyOrigin origin;
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final Deque<PolicyCall<P, ?>> waiting = new ArrayDeque<>();
    private PolicyCall<P, ?> present;
    private volatile String fence = "";

    PluggedPolicy(final String name, final P policy, final PolicyOrigin origin) {
        this.name = name;
        this.policy = policy;
        this.origin = origin;
    }

    String name() {
        return name;
    }

    P policy() {
        return policy;
    }

    PolicyOrigin origin() {
        return origin;
    }

    long calls() {
        return calls.get();
    }

    long failures() {
        return failures.get();
    }

    void called() {
        calls.incrementAndGet();
    }

    /** Why it is fenced; empty when it is not. */
    String fence() {
        return fence;
    }

    boolean fenced() {
        return !fence.isEmpty();
    }

    void fence(final String why) {
        failures.incrementAndGet();
        fence = why;
    }

    void unfence() {
        fence = "";
    }

    Deque<PolicyCall<P, ?>> waiting() {
        return waiting;
    }

    /** The call under way, or null. */
    PolicyCall<P, ?> present() {
        return present;
    }

    void present(final PolicyCall<P, ?> call) {
        present = call;
    }
}
