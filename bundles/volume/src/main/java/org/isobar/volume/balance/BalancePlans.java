package org.isobar.volume.balance;

import java.util.HashSet;
import java.util.Set;
import org.isobar.spi.balance.BalanceMove;
import org.isobar.spi.balance.BalancePlan;

/** What is wrong with plans. */
public final class BalancePlans {
    /** Moves of one plan; more could not be made until the policy is asked again. */
    public static final int MOVES_MAX = 100_000;

    private static final int REASON_MAX = 1_000;

    private BalancePlans() {}

    /** Empty when nothing is. */
    static String wrongText(final String text) {
        return text.isBlank() || text.length() > REASON_MAX ? "gave no text of 1 to " + REASON_MAX + " characters" : "";
    }

    /** Empty when nothing is. */
    public static String wrong(final BalancePlan plan) {
        if (plan.reason() == null || plan.reason().isBlank() || plan.reason().length() > REASON_MAX) {
            return "gave no reason of 1 to " + REASON_MAX + " characters";
        }
        if (plan.moves().size() > MOVES_MAX) {
            return "wants more moves than " + MOVES_MAX + ": " + plan.moves().size();
        }
        final Set<LastMoves.Place> pages = new HashSet<>();
        for (final BalanceMove move : plan.moves()) {
            if (move.from() == null || move.to() == null || move.from().equals(move.to())) {
                return "wants a page moved from pool=" + move.from() + " to pool=" + move.to();
            }
            if (move.reason() == null || move.reason().length() > REASON_MAX) {
                return "gave no reason of at most " + REASON_MAX + " characters for a move";
            }
            if (!pages.add(new LastMoves.Place(move.volume(), move.page()))) {
                return "wants a page moved twice: volume=" + move.volume() + " page=" + move.page();
            }
        }
        return "";
    }
}
