package org.isobar.spi.balance;

/**
 * A pool as a balancing policy sees it. A request counts 1, and 1 more for each whole 64 KiB of its length; reads that follow
 * one another count once for each page.
 *
 * @param name its name
 * @param ableReadsPerS random reads that its devices were measured to do for it, however many sets share them; 0 when that is
 *     not known
 * @param ableWritesPerS random writes, likewise
 * @param askedReadsPerS reads that were asked of it of late
 * @param askedWritesPerS writes, likewise
 * @param usedBytes in pages
 * @param freeBytes for more pages, free chunklets included
 * @param warningPercent used share at which people are warned
 * @param pageCount pages that lie in it
 * @param meanRequests mean over its pages of {@link BalancePage#requests}
 * @param varianceRequests and their variance
 */
public record BalancePool(
        String name,
        double ableReadsPerS,
        double ableWritesPerS,
        double askedReadsPerS,
        double askedWritesPerS,
        long usedBytes,
        long freeBytes,
        int warningPercent,
        long pageCount,
        double meanRequests,
        double varianceRequests) {
    /** Whether it is known what it is able to do. */
    public boolean measured() {
        return ableReadsPerS > 0 && ableWritesPerS > 0;
    }

    /** Share of its time that it is busy with what is asked of it; may exceed 1. */
    public double utilisation() {
        return askedReadsPerS / ableReadsPerS + askedWritesPerS / ableWritesPerS;
    }
}
