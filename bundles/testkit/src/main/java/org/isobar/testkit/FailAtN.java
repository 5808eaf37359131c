package org.isobar.testkit;

import java.util.function.Predicate;
import org.isobar.api.block.IoRequest;

/**
 * Fails the n-th request of a scenario, for n = 1, 2, 3, … until a run ends without reaching the n-th. It is the
 * predicate to hand to {@link SimDevice#failWhen} or {@link FaultDevice#failWhen}, of several devices as well; a scenario
 * that wants a crash instead stops the simulation where {@link #test} first answers true.
 */
public final class FailAtN implements Predicate<IoRequest> {
    private static final int RUNS_MAX = 100_000;

    private final int n;
    private int count;
    private boolean armed = true;

    private FailAtN(final int n) {
        this.n = n;
    }

    /**
     * Runs the scenario again and again, each time from scratch.
     *
     * @return how many requests were failed, one in each run but the last
     */
    public static int untilClean(final Scenario scenario) {
        for (int n = 1; n <= RUNS_MAX; n++) {
            final FailAtN failure = new FailAtN(n);
            try {
                scenario.run(failure);
            } catch (final Throwable broken) {
                throw new AssertionError("with request " + n + " failing: " + broken.getMessage(), broken);
            }
            if (!failure.fired()) {
                return n - 1;
            }
        }
        throw new AssertionError("still not clean with request " + RUNS_MAX + " failing");
    }

    /** Which request fails in this run. */
    public int n() {
        return n;
    }

    /** Whether it came to that. */
    public boolean fired() {
        return count >= n;
    }

    /** From now on nothing is counted or failed: for the part of a scenario that looks at the outcome. */
    public void disarm() {
        armed = false;
    }

    @Override
    public boolean test(final IoRequest request) {
        return armed && ++count == n;
    }

    /** One run. */
    @FunctionalInterface
    public interface Scenario {
        /** Does the work with the failure plugged in and checks what must hold. */
        void run(FailAtN failure) throws Exception;
    }
}
