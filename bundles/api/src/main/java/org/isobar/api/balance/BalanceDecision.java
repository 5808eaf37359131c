package org.isobar.api.balance;

/**
 * What a policy decided, and what became of it.
 *
 * @param wallMs when, ms since 1970; of several like decisions to do nothing, the last
 * @param policy who decided; {@code built-in} when the wanted one could not
 * @param reason why these moves, or why none
 * @param times how often it decided so in a row; more than 1 only for nothing
 * @param plannedPages pages that it wanted moved
 * @param movedPages of these, moved
 * @param movedBytes in pages that were moved
 * @param failedPages of these, left where they were: no room, a failure, or not allowed any more
 * @param gainPerS what it expected to save, in seconds of waiting for each second
 */
public record BalanceDecision(
        long wallMs,
        String policy,
        String reason,
        int times,
        int plannedPages,
        int movedPages,
        long movedBytes,
        int failedPages,
        double gainPerS) {
    /** Whether nothing was to be moved. */
    public boolean nothing() {
        return plannedPages == 0;
    }
}
