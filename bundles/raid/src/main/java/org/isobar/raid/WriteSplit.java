package org.isobar.raid;

/**
 * Cuts the range of a write into slices. A slice covers the same range of bytes in one or more neighbouring data strips
 * of one group, wholly: so each slice can choose by itself how to renew redundancy, and touches nothing else. A group
 * whose first strip is written from the middle, or its last one up to the middle, gives up to three slices.
 */
final class WriteSplit {
    private static final int SLICES_MAX = 3;

    private final int[] from = new int[SLICES_MAX];
    private final int[] to = new int[SLICES_MAX];
    private final int[] first = new int[SLICES_MAX];
    private final int[] count = new int[SLICES_MAX];
    private SetLayout layout;
    private long cursor;
    private long end;
    private long stripe;
    private int group;
    private int slices;
    private int slice;
    private int groupFrom;
    private int groupDone;
    private long groupStart;

    void start(final SetLayout ofLayout, final long offset, final long length) {
        layout = ofLayout;
        cursor = offset;
        end = offset + length;
        slices = 0;
        slice = 0;
    }

    /** Moves to the next slice; false when there is none. */
    boolean next() {
        if (slice + 1 < slices) {
            slice++;
            return true;
        }
        if (cursor == end) {
            return false;
        }
        nextGroup();
        return true;
    }

    private void nextGroup() {
        final int stripBytes = layout.stripBytes();
        final int groupDataBytes = layout.groupDataBytes();
        stripe = cursor / layout.stripeDataBytes();
        final int within = (int) (cursor % layout.stripeDataBytes());
        group = within / groupDataBytes;
        groupFrom = within % groupDataBytes;
        groupStart = cursor;
        groupDone = (int) Math.min(groupDataBytes - groupFrom, end - cursor);
        cursor += groupDone;
        final int firstElement = groupFrom / stripBytes;
        final int headFrom = groupFrom % stripBytes;
        final int last = groupFrom + groupDone - 1;
        final int lastElement = last / stripBytes;
        final int tailTo = last % stripBytes + 1;
        slices = 0;
        slice = 0;
        if (firstElement == lastElement) {
            add(headFrom, tailTo, firstElement, 1);
            return;
        }
        final int span = lastElement - firstElement;
        final int low = Math.min(headFrom, tailTo);
        final int high = Math.max(headFrom, tailTo);
        add(0, low, firstElement + 1, span);
        if (tailTo > headFrom) {
            add(low, high, firstElement, span + 1);
        } else {
            add(low, high, firstElement + 1, span - 1);
        }
        add(high, stripBytes, firstElement, span);
    }

    private void add(final int sliceFrom, final int sliceTo, final int firstElement, final int elements) {
        if (sliceFrom < sliceTo && elements > 0) {
            from[slices] = sliceFrom;
            to[slices] = sliceTo;
            first[slices] = firstElement;
            count[slices] = elements;
            slices++;
        }
    }

    long stripe() {
        return stripe;
    }

    int group() {
        return group;
    }

    /** First byte of the slice within each strip. */
    int from() {
        return from[slice];
    }

    /** First byte after the slice within each strip. */
    int to() {
        return to[slice];
    }

    /** First data element. */
    int first() {
        return first[slice];
    }

    /** Number of data elements. */
    int count() {
        return count[slice];
    }

    /** Set address of the slice's first byte; that of the next element is one strip length further. */
    long address() {
        return groupStart + (long) first[slice] * layout.stripBytes() + from[slice] - groupFrom;
    }
}
