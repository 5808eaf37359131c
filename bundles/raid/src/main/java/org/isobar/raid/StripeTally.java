package org.isobar.raid;

import java.util.Arrays;

/**
 * How many blocks a group's log keeps of the stripe that it keeps most of, never less than there are: stripes that fall into the
 * same of some thousand counters count together. Any lane may call.
 */
final class StripeTally {
    private static final int COUNTERS = 4096;
    private static final long HASH = 0x9E3779B97F4A7C15L;
    private static final int HASH_SHIFT = 52;

    private final int[] blocks = new int[COUNTERS];
    /** By their value, how many counters there are. */
    private int[] counters;

    private int highest;

    /**
     * Sets it up.
     *
     * @param blocksMax blocks that may be kept at once; there can be more for moments
     */
    StripeTally(final int blocksMax) {
        counters = new int[blocksMax + 1];
        counters[0] = COUNTERS;
    }

    /** So many blocks of a stripe are kept, or are about to be. */
    synchronized void add(final long stripe, final int count) {
        change(counter(stripe), count);
    }

    /** So many are not kept any more. */
    synchronized void remove(final long stripe, final int count) {
        change(counter(stripe), -count);
    }

    private void change(final int counter, final int count) {
        final int before = blocks[counter];
        final int after = before + count;
        if (after >= counters.length) {
            counters = Arrays.copyOf(counters, 2 * after);
        }
        blocks[counter] = after;
        counters[before]--;
        counters[after]++;
        highest = Math.max(highest, after);
        while (highest > 0 && counters[highest] == 0) {
            highest--;
        }
    }

    /** Of the fullest stripe, if so many more are kept of one. */
    synchronized int highestWith(final long stripe, final int more) {
        return Math.max(highest, blocks[counter(stripe)] + more);
    }

    /** Of the fullest stripe. */
    synchronized int highest() {
        return highest;
    }

    private static int counter(final long stripe) {
        return (int) (stripe * HASH >>> HASH_SHIFT);
    }
}
