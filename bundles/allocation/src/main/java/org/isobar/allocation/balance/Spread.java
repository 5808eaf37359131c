package org.isobar.allocation.balance;

import java.util.List;
import org.isobar.spi.balance.BalancePool;

/** How much of the difference between pages is more than chance (an empirical Bayes estimate for Poisson counts). */
record Spread(double mean, double real) {
    /** Standard deviations that a page is taken to be less busy than it was, or busier. */
    private static final double DOUBT = 2;

    /** Of all pages of these pools. */
    static Spread of(final List<BalancePool> pools) {
        double pages = 0;
        double sum = 0;
        double squares = 0;
        for (final BalancePool pool : pools) {
            pages += pool.pageCount();
            sum += pool.pageCount() * pool.meanRequests();
            squares += pool.pageCount() * (pool.varianceRequests() + pool.meanRequests() * pool.meanRequests());
        }
        final double mean = pages == 0 ? 0 : sum / pages;
        final double variance = pages == 0 ? 0 : squares / pages - mean * mean;
        return new Spread(mean, variance <= 0 ? 0 : Math.max(0, 1 - mean / variance));
    }

    private double likely(final double requests) {
        return Math.max(0, mean + real * (requests - mean));
    }

    /** Requests that a page had at least, if chance was with it. */
    double atLeast(final double requests) {
        final double likely = likely(requests);
        return Math.max(0, likely - DOUBT * Math.sqrt(likely));
    }

    /** Requests that a page had at most, if chance was against it. */
    double atMost(final double requests) {
        final double likely = likely(requests);
        return likely + DOUBT * Math.sqrt(likely + 1);
    }
}
