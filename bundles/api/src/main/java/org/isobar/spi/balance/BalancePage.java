package org.isobar.spi.balance;

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
        long sinceMovedMs) {
    /** It was not moved, or so long ago that it is forgotten. */
    public static final long NEVER = Long.MAX_VALUE;
}
