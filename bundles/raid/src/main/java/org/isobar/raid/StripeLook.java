package org.isobar.raid;

/** A look at the checksums that a whole stripe has, if nobody is about to change them. Control lane only. */
final class StripeLook extends GroupTask {
    private static final long ALL = -1;

    private final StripeSums sums = new StripeSums();

    StripeLook(final LaneWork work) {
        super(work);
    }

    /** The checksums, good until the next look, or null when they are not known, not in memory or in somebody's hands. */
    StripeSums at(final AssembledSet ofSet, final long ofStripe, final int ofGroup) {
        assign(ofSet, ofStripe, ofGroup, 0, ofSet.layout().stripBytes());
        if (!ofSet.locks().tryAcquire(this)) {
            clear();
            return null;
        }
        refreshColumns();
        final boolean known = serves() && unreadableElements() == 0 && !unverifiable() && take();
        ofSet.locks().release(this);
        clear();
        return known ? sums : null;
    }

    private boolean take() {
        sums.begin(layout().dataStrips() + 1, ALL, length() / LogLayout.BLOCK_BYTES);
        for (int element = 0; element <= layout().dataStrips(); element++) {
            final ColumnSums present = columns().sums(column(element));
            if (present == null || sums.before(element, present, inChunklet(element)) >= 0) {
                return false;
            }
        }
        return sums.known();
    }

    @Override
    public void run() {
        throw new IllegalStateException("never waits");
    }

    @Override
    void phaseEnded() {
        throw new IllegalStateException("asks no device");
    }
}
