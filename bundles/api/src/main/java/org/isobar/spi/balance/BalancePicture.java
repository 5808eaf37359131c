package org.isobar.spi.balance;

import java.util.List;

/**
 * What a balancing policy decides by.
 *
 * @param budgetBytes of pages that may be moved until the policy is asked again; a move counts the length of its page
 * @param pools all that take part
 * @param pages the busiest and the least busy of each pool, the busiest first; not all, when there are many
 */
public record BalancePicture(long budgetBytes, List<BalancePool> pools, List<BalancePage> pages) {
    /** Takes copies of the lists. */
    public BalancePicture {
        pools = List.copyOf(pools);
        pages = List.copyOf(pages);
    }
}
