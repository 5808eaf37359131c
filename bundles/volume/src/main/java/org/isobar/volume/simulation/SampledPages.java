package org.isobar.volume.simulation;

import java.util.Arrays;
import java.util.BitSet;
import org.isobar.volume.recording.PageSample;

/** The pages of a volume that a recording has a sample of, counted from 0 without gaps. */
final class SampledPages {
    private static final int WORD_SHIFT = 6;
    private static final int WORD_MASK = Long.SIZE - 1;

    private final long pageCount;
    private final int oneIn;
    /** Of a true sample: those in it. */
    private final long[] in;
    /** Of a true sample: how many are before each word. */
    private final int[] before;

    private final int count;

    /** Of so many pages, one in so many. */
    SampledPages(final int pageCount, final int oneIn) {
        this.pageCount = pageCount;
        this.oneIn = oneIn;
        if (oneIn == 1) {
            in = new long[0];
            before = new int[0];
            count = pageCount;
            return;
        }
        final BitSet sample = new BitSet(pageCount);
        for (int page = 0; page < pageCount; page++) {
            if (PageSample.contains(page, oneIn)) {
                sample.set(page);
            }
        }
        in = Arrays.copyOf(sample.toLongArray(), (pageCount >>> WORD_SHIFT) + 1);
        before = new int[in.length];
        int sum = 0;
        for (int i = 0; i < in.length; i++) {
            before[i] = sum;
            sum += Long.bitCount(in[i]);
        }
        count = sum;
    }

    /** Pages in the sample. */
    int count() {
        return count;
    }

    /** Which one a page of the volume is, or -1 when it is none of them. */
    int index(final long page) {
        if (page >= pageCount) {
            return -1;
        }
        if (oneIn == 1) {
            return (int) page;
        }
        final int word = (int) (page >>> WORD_SHIFT);
        final long bit = 1L << (page & WORD_MASK);
        return (in[word] & bit) == 0 ? -1 : before[word] + Long.bitCount(in[word] & bit - 1);
    }
}
