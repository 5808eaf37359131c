package org.isobar.pool.store;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Where the pages of one space lie: a look-up is two array reads, from any lane. Changed on the control lane only, when
 * a record is applied or a move of a page begins or ends. An entry is 0 or the set and slot of the page; it also says
 * whether its map record may still be lost with the power, and whether the page is being moved.
 */
final class PageTable {
    /** Most pages of a space. */
    static final long PAGES_MAX = 1L << 30;
    /** Most slots of a set. */
    static final int SLOTS_MAX = 1 << 28;

    private static final int SET_SHIFT = 28;
    private static final long SLOT_MASK = SLOTS_MAX - 1L;
    private static final long SET_MASK = (long) Integer.MAX_VALUE << SET_SHIFT;
    private static final long MOVING = 1L << 60;
    private static final long UNSYNCED = 1L << 61;
    private static final long MAPPED = 1L << 62;

    private static final long PLACE = MAPPED | SET_MASK | SLOT_MASK;

    private static final int SEGMENT_SHIFT = 12;
    private static final int SEGMENT_PAGES = 1 << SEGMENT_SHIFT;

    private volatile AtomicReferenceArray<AtomicLongArray> segments;

    PageTable(final long pageCount) {
        segments = new AtomicReferenceArray<>(segmentCount(pageCount));
    }

    /** Makes room for more pages; pages never become fewer. */
    void grow(final long pageCount) {
        final AtomicReferenceArray<AtomicLongArray> old = segments;
        final AtomicReferenceArray<AtomicLongArray> larger =
                new AtomicReferenceArray<>(Math.max(old.length(), segmentCount(pageCount)));
        for (int i = 0; i < old.length(); i++) {
            larger.set(i, old.get(i));
        }
        segments = larger;
    }

    /** The entry of a page, 0 when it has no slot. Any lane. */
    long entry(final long page) {
        final AtomicReferenceArray<AtomicLongArray> table = segments;
        final int index = (int) (page >>> SEGMENT_SHIFT);
        final AtomicLongArray segment = index < table.length() ? table.get(index) : null;
        return segment == null ? 0 : segment.get((int) (page & (SEGMENT_PAGES - 1)));
    }

    /** Whether the page still lies where {@code earlier} says, and no move of it has begun or ended. Any lane. */
    boolean stillAt(final long page, final long earlier) {
        return ((entry(page) ^ earlier) & (PLACE | MOVING)) == 0;
    }

    /** Set id of a non-zero entry. */
    static int set(final long entry) {
        return (int) ((entry & SET_MASK) >>> SET_SHIFT);
    }

    /** Slot of a non-zero entry. */
    static int slot(final long entry) {
        return (int) (entry & SLOT_MASK);
    }

    /** Whether the map record of this entry may be lost with the power. */
    static boolean unsynced(final long entry) {
        return (entry & UNSYNCED) != 0;
    }

    /** Whether a move of the page is under way: what changes it goes to both its places. */
    static boolean moving(final long entry) {
        return (entry & MOVING) != 0;
    }

    /** A move of a page that has a slot begins, or ends without having moved it. */
    void moving(final long page, final boolean moves) {
        final long entry = entry(page);
        put(page, moves ? entry | MOVING : entry & ~MOVING);
    }

    /** Enters a page. */
    void map(final long page, final long set, final int slot) {
        put(page, MAPPED | UNSYNCED | (set << SET_SHIFT) | slot);
    }

    /** Takes out a page. */
    void unmap(final long page) {
        put(page, 0);
    }

    /** The map record of this page is on stable media; harmless when the page has moved on since. */
    void synced(final long page, final long earlier) {
        final long entry = entry(page);
        if (samePlace(entry, earlier)) {
            put(page, entry & ~UNSYNCED);
        }
    }

    /** First page of {@code [from, to)} that has a slot, or {@code to}. */
    long nextEntry(final long from, final long to) {
        final AtomicReferenceArray<AtomicLongArray> table = segments;
        long page = from;
        while (page < to) {
            final int index = (int) (page >>> SEGMENT_SHIFT);
            if (index >= table.length()) {
                return to;
            }
            final AtomicLongArray segment = table.get(index);
            if (segment == null) {
                page = (index + 1L) << SEGMENT_SHIFT;
            } else if (segment.get((int) (page & (SEGMENT_PAGES - 1))) != 0) {
                return page;
            } else {
                page++;
            }
        }
        return to;
    }

    private static boolean samePlace(final long entry, final long other) {
        return ((entry ^ other) & PLACE) == 0;
    }

    private void put(final long page, final long entry) {
        final int index = (int) (page >>> SEGMENT_SHIFT);
        AtomicLongArray segment = segments.get(index);
        if (segment == null) {
            segment = new AtomicLongArray(SEGMENT_PAGES);
            segments.set(index, segment);
        }
        segment.set((int) (page & (SEGMENT_PAGES - 1)), entry);
    }

    private static int segmentCount(final long pageCount) {
        return (int) ((pageCount + SEGMENT_PAGES - 1) >>> SEGMENT_SHIFT);
    }
}
