package org.isobar.volume.recording;

/**
 * Which pages are in a sample of one in so many: chosen by a hash of their number, so that all accesses of a page are in or
 * out together and the sample is a volume in small, with the same share of busy pages.
 */
public final class PageSample {
    /** Odd, its bits spread: the golden ratio of 2^64. */
    private static final long FACTOR = 0x9E37_79B9_7F4A_7C15L;

    private PageSample() {}

    /** Whether a page is in the sample. */
    public static boolean contains(final long page, final int oneIn) {
        return oneIn == 1 || (page * FACTOR >>> Integer.SIZE) % oneIn == 0;
    }
}
