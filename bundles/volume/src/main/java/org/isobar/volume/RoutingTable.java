package org.isobar.volume;

import java.util.Arrays;

/**
 * Which member owns each page of a volume: page to member index, in two levels so that a long volume whose pages all
 * belong to one member costs next to nothing (all its segments are one). Immutable; every change makes a table with the
 * next epoch.
 */
final class RoutingTable {
    private static final int SEGMENT_SHIFT = 16;
    private static final int SEGMENT_PAGES = 1 << SEGMENT_SHIFT;
    private static final int[] LOCAL_SEGMENT = new int[SEGMENT_PAGES];

    private final long epoch;
    private final int[][] segments;

    private RoutingTable(final long epoch, final int[][] segments) {
        this.epoch = epoch;
        this.segments = segments;
    }

    /** A table that gives all pages to this member. */
    static RoutingTable local(final long pageCount) {
        return new RoutingTable(1, localSegments(new int[0][], pageCount));
    }

    /** This table lengthened; the added pages belong to this member. */
    RoutingTable grown(final long newPageCount) {
        return new RoutingTable(epoch + 1, localSegments(segments, newPageCount));
    }

    /** Member index of a page's owner; 0 is this member. */
    int owner(final long page) {
        return segments[(int) (page >>> SEGMENT_SHIFT)][(int) page & (SEGMENT_PAGES - 1)];
    }

    /** Grows with every change; a request that was routed by an older table is recognised by it. */
    long epoch() {
        return epoch;
    }

    private static int[][] localSegments(final int[][] present, final long pageCount) {
        final int[][] all = Arrays.copyOf(present, (int) ((pageCount + SEGMENT_PAGES - 1) >>> SEGMENT_SHIFT));
        Arrays.fill(all, present.length, all.length, LOCAL_SEGMENT);
        return all;
    }
}
