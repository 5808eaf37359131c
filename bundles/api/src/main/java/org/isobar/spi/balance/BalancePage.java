package org.isobar.spi.balance;

import java.util.List;

/**
 * A page as a balancing policy sees it.
 *
 * @param volume number of its volume
 * @param page which page of that
 * @param pool where it lies
 * @param bytes its length
 * @param requests that were counted and not forgotten; chance makes this differ by its square root
 * @param readsPerS reads of late
 * @param writesPerS writes of late
 * @param epochsSeen in how many of the last six epochs (of some minutes) there was a request for it
 * @param sinceMovedMs how long ago balancing moved it, in ms; {@link #NEVER} when that is not known
 * @param pools where the pages of its volume may lie; empty for anywhere
 */
public record BalancePage(
        long volume,
        long page,
        String pool,
        int bytes,
        double requests,
        double readsPerS,
        double writesPerS,
        int epochsSeen,
        long sinceMovedMs,
        List<String> pools) {
    /** It was not moved, or so long ago that it is forgotten. */
    public static final long NEVER = Long.MAX_VALUE;

    /** Takes a copy of the list. */
    public BalancePage {
        pools = List.copyOf(pools);
    }

    /** A page that may lie anywhere. */
    public BalancePage(
            final long volume,
            final long page,
            final String pool,
            final int bytes,
            final double requests,
            final double readsPerS,
            final double writesPerS,
            final int epochsSeen,
            final long sinceMovedMs) {
        this(volume, page, pool, bytes, requests, readsPerS, writesPerS, epochsSeen, sinceMovedMs, List.of());
    }

    /** Whether it may be moved to a pool. */
    public boolean mayLieIn(final String other) {
        return pools.isEmpty() || pools.contains(other);
    }
}
