package org.isobar.volume.balance;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.isobar.common.lane.Lane;
import org.isobar.common.time.Clock;
import org.isobar.spi.balance.BalanceMove;

/**
 * Makes the moves of a plan, one at a time: after each it rests until the budget allows the next, and at least for as long as
 * the move took, so that where initiators keep the devices busy balancing takes at most half of one request's share. Control
 * lane.
 */
final class BalanceRun {
    private final Parts parts;
    private final Lane control;
    private final Clock clock;
    private final Deque<BalanceMove> moves = new ArrayDeque<>();
    private boolean out;
    private Lane.Timer rest;

    BalanceRun(final Lane control, final Clock clock, final Parts parts) {
        this.control = control;
        this.clock = clock;
        this.parts = parts;
    }

    /** What a run needs of its surroundings. */
    interface Parts {
        /** Begins a move and says how many bytes it moved, 0 when it did not; null when it is not wanted any more. */
        CompletionStage<Integer> begin(BalanceMove move);

        /** Budget now. */
        long bytesPerSecond();

        /** A move ended; 0 bytes when the page stayed. */
        void ended(BalanceMove move, int movedBytes);
    }

    /** Takes the place of moves that were not begun yet. */
    void replace(final List<BalanceMove> plan) {
        moves.clear();
        moves.addAll(plan);
        go();
    }

    /** Begins nothing any more. */
    void stop() {
        moves.clear();
        if (rest != null) {
            rest.cancel();
            rest = null;
        }
    }

    int left() {
        return moves.size() + (out ? 1 : 0);
    }

    private void go() {
        while (!out && rest == null && !moves.isEmpty()) {
            final BalanceMove move = moves.poll();
            final CompletionStage<Integer> stage = parts.begin(move);
            if (stage == null) {
                parts.ended(move, 0);
                continue;
            }
            out = true;
            final long startNs = clock.nanoTime();
            stage.whenComplete((bytes, failure) -> {
                out = false;
                rest(startNs, failure == null ? bytes : 0);
                parts.ended(move, failure == null ? bytes : 0);
            });
        }
    }

    private void rest(final long startNs, final int bytes) {
        final long tookNs = clock.nanoTime() - startNs;
        final long budgetNs = (long) (bytes * (double) TimeUnit.SECONDS.toNanos(1) / parts.bytesPerSecond()) - tookNs;
        rest = control.schedule(this::rested, Math.max(tookNs, budgetNs));
    }

    private void rested() {
        rest = null;
        go();
    }
}
