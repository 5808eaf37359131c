package org.isobar.raid;

import java.util.ArrayList;
import java.util.List;

/**
 * Bounds the memory of all checksums of all sets: when there are too many pages, those not used lately go (CLOCK), dirty
 * ones after they were written. The bound is exceeded for as long as such writes take. Control lane only.
 */
final class SumCache {
    private final int pagesMax;
    private final List<ColumnSums> columns = new ArrayList<>();
    private int pages;
    private int hand;
    private boolean evicting;

    SumCache(final int pagesMax) {
        this.pagesMax = pagesMax;
    }

    void add(final ColumnSums sums) {
        columns.add(sums);
    }

    void remove(final ColumnSums sums) {
        if (columns.remove(sums)) {
            pages -= sums.resident();
        }
    }

    void pageLoaded() {
        pages++;
        if (pages > pagesMax && !evicting) {
            evicting = true;
            evict();
            evicting = false;
        }
    }

    /** Pages in memory; for tests. */
    int pages() {
        return pages;
    }

    /** Goes round until there is room again, at most twice: the first time round takes the marks of use away. */
    private void evict() {
        final int visits = 2 * columns.size();
        for (int visit = 0; visit < visits && pages > pagesMax; visit++) {
            hand = (hand + 1) % columns.size();
            pages -= columns.get(hand).evict(pages - pagesMax);
        }
    }
}
