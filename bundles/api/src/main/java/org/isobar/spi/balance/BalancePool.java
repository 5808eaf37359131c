package org.isobar.spi.balance;

import java.util.Map;

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
 * @param otherUtilisation share of their time for which its devices are busy with other pools, in the mean over its requests;
 *     may exceed 1
 * @param sharing for other pools in the picture that have chunklets on its devices: the part of {@code otherUtilisation} that one
 *     asks which is busy for all of its time, 0 to 1; a pool that is not named has none
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
        double varianceRequests,
        double otherUtilisation,
        Map<String, Double> sharing) {
    /** Takes a copy of the map. */
    public BalancePool {
        sharing = Map.copyOf(sharing);
    }

    /** A pool that shares its devices with no other. */
    public BalancePool(
            final String name,
            final double ableReadsPerS,
            final double ableWritesPerS,
            final double askedReadsPerS,
            final double askedWritesPerS,
            final long usedBytes,
            final long freeBytes,
            final int warningPercent,
            final long pageCount,
            final double meanRequests,
            final double varianceRequests) {
        this(
                name,
                ableReadsPerS,
                ableWritesPerS,
                askedReadsPerS,
                askedWritesPerS,
                usedBytes,
                freeBytes,
                warningPercent,
                pageCount,
                meanRequests,
                varianceRequests,
                0,
                Map.of());
    }

    /** Whether it is known what it is able to do. */
    public boolean measured() {
        return ableReadsPerS > 0 && ableWritesPerS > 0;
    }

    /** Share of its time that it is busy with what is asked of it; may exceed 1. */
    public double utilisation() {
        return askedReadsPerS / ableReadsPerS + askedWritesPerS / ableWritesPerS;
    }

    /** Share of their time for which its devices are busy with what is asked of it and of other pools; may exceed 1. */
    public double deviceUtilisation() {
        return utilisation() + otherUtilisation;
    }
}
