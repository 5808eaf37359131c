package org.isobar.allocation.balance;

import java.util.Collection;
import org.isobar.spi.balance.BalancePage;

/**
 * What the move of a page does to those who wait, at all pools: on devices that both pools lie on it may relieve nothing.
 *
 * @param relief by how many fewer requests wait where fewer do
 * @param burden by how many more where more do
 */
record MoveEffect(double relief, double burden) {
    /**
     * Of the move of a page.
     *
     * @param part of its requests that come surely, 0 to 1
     */
    static MoveEffect of(
            final Collection<PoolLoad> pools,
            final BalancePage page,
            final double part,
            final PoolLoad from,
            final PoolLoad to) {
        final double less = part * from.share(page.readsPerS(), page.writesPerS());
        final double more = part * to.share(page.readsPerS(), page.writesPerS());
        double relief = 0;
        double burden = 0;
        for (final PoolLoad pool : pools) {
            final double own = (pool == to ? more : 0) - (pool == from ? less : 0);
            final double change = pool.change(own, othersMore(pool, from, less, to, more));
            relief += Math.max(0, -change);
            burden += Math.max(0, change);
        }
        return new MoveEffect(relief, burden);
    }

    /** The move is planned: pools see what it does to their devices. */
    static void make(final Collection<PoolLoad> pools, final BalancePage page, final PoolLoad from, final PoolLoad to) {
        final double less = from.share(page.readsPerS(), page.writesPerS());
        final double more = to.share(page.readsPerS(), page.writesPerS());
        pools.forEach(pool -> pool.disturb(othersMore(pool, from, less, to, more)));
        from.lose(page);
        to.take(page);
    }

    private static double othersMore(
            final PoolLoad pool, final PoolLoad from, final double less, final PoolLoad to, final double more) {
        return (pool == to ? 0 : more * pool.sharing(to)) - (pool == from ? 0 : less * pool.sharing(from));
    }

    double gain() {
        return relief - burden;
    }

    /** Whether it relieves clearly more than it burdens. */
    boolean worthIt() {
        return relief > AdaptivePlanning.WORTH * burden;
    }
}
