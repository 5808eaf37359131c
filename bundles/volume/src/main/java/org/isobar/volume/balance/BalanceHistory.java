package org.isobar.volume.balance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.isobar.api.balance.BalanceDecision;
import org.isobar.api.balance.BalanceService;
import org.isobar.api.balance.BalanceStatus.Counters;

/** The last decisions, and counts of all. The control lane writes, any thread reads. */
final class BalanceHistory {
    /** Oldest first. */
    private final Deque<BalanceDecision> decisions = new ConcurrentLinkedDeque<>();

    private volatile Counters counters = new Counters(0, 0, 0, 0, 0);

    /** A decision; one to do nothing right after another takes its place. */
    BalanceDecision add(final BalanceDecision decision) {
        final Counters old = counters;
        counters = new Counters(
                old.decisions() + 1,
                old.nothingDecisions() + (decision.nothing() ? 1 : 0),
                old.movedPages(),
                old.movedBytes(),
                old.failedPages());
        final BalanceDecision last = decisions.peekLast();
        BalanceDecision added = decision;
        if (last != null && last.nothing() && decision.nothing()) {
            added = new BalanceDecision(
                    decision.wallMs(), decision.policy(), decision.reason(), last.times() + 1, 0, 0, 0, 0, 0);
            replaceLast(added);
        } else {
            decisions.addLast(decision);
            if (decisions.size() > BalanceService.HISTORY_MAX) {
                decisions.removeFirst();
            }
        }
        return added;
    }

    /** A page of the last decision was moved, or, with 0 bytes, was not. */
    void pageEnded(final int movedBytes) {
        final int moved = movedBytes > 0 ? 1 : 0;
        final Counters old = counters;
        counters = new Counters(
                old.decisions(),
                old.nothingDecisions(),
                old.movedPages() + moved,
                old.movedBytes() + movedBytes,
                old.failedPages() + 1 - moved);
        final BalanceDecision last = decisions.peekLast();
        replaceLast(new BalanceDecision(
                last.wallMs(),
                last.policy(),
                last.reason(),
                last.times(),
                last.plannedPages(),
                last.movedPages() + moved,
                last.movedBytes() + movedBytes,
                last.failedPages() + 1 - moved,
                last.gainPerS()));
    }

    private void replaceLast(final BalanceDecision by) {
        decisions.removeLast();
        decisions.addLast(by);
    }

    BalanceDecision last() {
        return decisions.peekLast();
    }

    List<BalanceDecision> newestFirst() {
        final List<BalanceDecision> all = new ArrayList<>(decisions);
        Collections.reverse(all);
        return List.copyOf(all);
    }

    Counters counters() {
        return counters;
    }
}
