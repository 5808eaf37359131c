package org.isobar.api.balance;

import java.util.List;

/**
 * How balancing is.
 *
 * @param settings as set
 * @param policies names of the policies that are plugged in
 * @param state what it does
 * @param last the last decision, null when there was none since the member started
 * @param leftPages pages of it that are still to be moved
 * @param counters since the member started
 */
public record BalanceStatus(
        BalanceSettings settings,
        List<String> policies,
        State state,
        BalanceDecision last,
        int leftPages,
        Counters counters) {
    /** Takes a copy of the list. */
    public BalanceStatus {
        policies = List.copyOf(policies);
    }

    /** What it does. */
    public enum State {
        /** It is switched off. */
        OFF,
        /** It waits for its hours of the day. */
        OUT_OF_HOURS,
        /** It waits until the policy is asked again. */
        WAITING,
        /** It moves pages. */
        MOVING
    }

    /**
     * Since the member started.
     *
     * @param decisions answers of policies
     * @param nothingDecisions of these, to do nothing
     * @param movedPages pages moved
     * @param movedBytes bytes of these
     * @param failedPages pages that were to be moved and were not
     */
    public record Counters(long decisions, long nothingDecisions, long movedPages, long movedBytes, long failedPages) {}
}
