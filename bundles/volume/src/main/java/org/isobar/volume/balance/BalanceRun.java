package org.isobar.volume.balance;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.isobar.api.StorageException;
import org.isobar.common.lane.Lane;
import org.isobar.common.time.Clock;
import org.isobar.spi.balance.BalanceMove;

/**
 * Makes the moves of a plan, some at a time ({@link MovePace}): each is followed by a rest as long as it took, so that of what
 * is queued at the devices moves are half as many requests as there are moves at a time, at most; and none begins before the
 * budget allows it. A move that found no room while others were under way is tried again when they have ended, for they may
 * have been to make room for it. Control lane.
 */
final class BalanceRun {
    private final Parts parts;
    private final Lane control;
    private final Clock clock;
    private final MovePace pace;
    private final Deque<BalanceMove> moves = new ArrayDeque<>();
    private final Set<LastMoves.Place> underWay = new HashSet<>();
    private boolean running;
    private int resting;
    /** What was begun so far is paid for then. */
    private long budgetFreeNs;

    private Lane.Timer budgetTimer;

    BalanceRun(final Lane control, final Clock clock, final Parts parts) {
        this.control = control;
        this.clock = clock;
        this.parts = parts;
        budgetFreeNs = clock.nanoTime();
        pace = new MovePace(budgetFreeNs);
    }

    /** What a run needs of its surroundings. */
    interface Parts {
        /** Begins a move; null when it is not wanted any more. */
        Attempt begin(BalanceMove move);

        /** Budget now. */
        long bytesPerSecond();

        /** A move ended; 0 bytes when the page stayed. */
        void ended(BalanceMove move, int movedBytes);
    }

    /**
     * A move that was begun.
     *
     * @param bytes that it copies
     * @param moved whether it moved the page, when it has ended
     */
    record Attempt(int bytes, CompletionStage<Boolean> moved) {}

    /** Takes the place of moves that were not begun yet. */
    void replace(final List<BalanceMove> plan) {
        moves.clear();
        moves.addAll(plan);
        running = true;
        go();
    }

    /** Begins nothing any more. */
    void stop() {
        moves.clear();
        running = false;
        if (budgetTimer != null) {
            budgetTimer.cancel();
            budgetTimer = null;
        }
    }

    int left() {
        return moves.size() + underWay.size();
    }

    /** The pages that are being moved now. */
    Set<LastMoves.Place> underWay() {
        return Set.copyOf(underWay);
    }

    private void go() {
        while (!moves.isEmpty() && underWay.size() + resting < pace.atOnce() && budgetTimer == null) {
            final long waitNs = budgetFreeNs - clock.nanoTime();
            if (waitNs > 0) {
                budgetTimer = control.schedule(this::budgetFree, waitNs);
                return;
            }
            begin(moves.poll());
        }
    }

    private void budgetFree() {
        budgetTimer = null;
        go();
    }

    private void begin(final BalanceMove move) {
        final Attempt attempt = parts.begin(move);
        if (attempt == null) {
            parts.ended(move, 0);
            return;
        }
        underWay.add(place(move));
        final long startNs = clock.nanoTime();
        pay(startNs, attempt.bytes());
        attempt.moved().whenComplete((moved, failure) -> {
            underWay.remove(place(move));
            rest(startNs);
            if (running && foundNoRoom(failure) && !underWay.isEmpty()) {
                moves.addFirst(move);
                pace.restart(clock.nanoTime());
            } else {
                parts.ended(move, failure == null && moved ? attempt.bytes() : 0);
            }
        });
    }

    private void pay(final long startNs, final int bytes) {
        final long paidFromNs = budgetFreeNs - startNs > 0 ? budgetFreeNs : startNs;
        budgetFreeNs = paidFromNs + (long) (bytes * (double) TimeUnit.SECONDS.toNanos(1) / parts.bytesPerSecond());
    }

    private static LastMoves.Place place(final BalanceMove move) {
        return new LastMoves.Place(move.volume(), move.page());
    }

    private static boolean foundNoRoom(final Throwable failure) {
        final Throwable why = failure instanceof CompletionException ? failure.getCause() : failure;
        return why instanceof StorageException storage && storage.code() == StorageException.Code.NO_SPACE;
    }

    private void rest(final long startNs) {
        final long nowNs = clock.nanoTime();
        pace.ended(startNs, nowNs);
        resting++;
        control.schedule(this::rested, nowNs - startNs);
    }

    private void rested() {
        resting--;
        go();
    }
}
