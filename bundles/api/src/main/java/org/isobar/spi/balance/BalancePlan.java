package org.isobar.spi.balance;

import java.util.List;

/**
 * What a balancing policy wants done.
 *
 * @param moves in the order in which they are to be made; none to leave all as it is
 * @param reason why these and no more, or why none, for people, in one line
 */
public record BalancePlan(List<BalanceMove> moves, String reason) {
    /** Takes a copy of the list. */
    public BalancePlan {
        moves = List.copyOf(moves);
    }

    /** Leaves all as it is. */
    public static BalancePlan nothing(final String why) {
        return new BalancePlan(List.of(), why);
    }
}
