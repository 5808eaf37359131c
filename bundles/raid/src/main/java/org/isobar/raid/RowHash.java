package org.isobar.raid;

/**
 * One number for a row of blocks, one of each element of a group, made of their checksums in the order of the elements:
 * so a replay that lacks one block can tell whether what the others give for it belongs to the same version of the row. Part
 * of the disk form of the write log. Pure.
 */
final class RowHash {
    private static final long SEED = 0x49534F574C52484AL;
    private static final long FACTOR = 0x9E3779B97F4A7C15L;
    private static final int HALF = 32;

    private RowHash() {}

    static long begin() {
        return SEED;
    }

    /** Takes in the checksum of the next element's block. */
    static long add(final long hash, final int sum) {
        final long mixed = (hash ^ sum) * FACTOR;
        return mixed ^ mixed >>> HALF;
    }

    static int end(final long hash) {
        final long mixed = hash * FACTOR;
        return (int) (mixed >>> HALF);
    }
}
