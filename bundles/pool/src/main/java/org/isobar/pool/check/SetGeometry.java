package org.isobar.pool.check;

import org.isobar.api.raid.RaidSetInfo;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.common.Check;
import org.isobar.pool.store.SetState;
import org.isobar.spi.raid.RaidGeometry;
import org.isobar.spi.raid.RaidLevel;

/** Where stripes and slots of one set lie. */
final class SetGeometry {
    private final RaidGeometry geometry;
    private final long stripes;
    private final long stripesPerSlot;

    /**
     * For a set of this level.
     *
     * @throws IllegalArgumentException when the level has no such geometry
     */
    SetGeometry(final SetState set, final RaidLevel level) {
        final RaidSetSpec spec = set.spec();
        geometry = level.geometry(spec.columns().size(), spec.stripBytes());
        stripes = Check.range(
                "stripes", (spec.chunkletBytes() - spec.logBytes()) / stripeColumnBytes(), 1, Long.MAX_VALUE);
        stripesPerSlot = (set.pageBytes() + geometry.stripeDataBytes() - 1L) / geometry.stripeDataBytes();
    }

    RaidGeometry geometry() {
        return geometry;
    }

    /** Bytes that a stripe has in each column. */
    int stripeColumnBytes() {
        return geometry.rowsPerStripe() * geometry.stripBytes();
    }

    long stripes() {
        return stripes;
    }

    /** Slots that fit. */
    long slots() {
        return stripes / stripesPerSlot;
    }

    /** Slot that a stripe belongs to; beyond the last one for what is left over. */
    long slot(final long stripe) {
        return stripe / stripesPerSlot;
    }

    /** Write-intent region of a stripe. */
    int region(final long stripe) {
        return (int) (stripe * RaidSetInfo.REGIONS / stripes);
    }

    /** First byte of an element in its column, counted from the column's part of the stripe. */
    int offsetInStripe(final long stripe, final int group, final int element) {
        return geometry.row(stripe, group, element) * geometry.stripBytes();
    }

    /** Whether two columns hold elements of one group somewhere. */
    boolean shareGroup(final int columnA, final int columnB) {
        for (long stripe = 0; stripe < geometry.periodStripes(); stripe++) {
            for (int group = 0; group < geometry.groupsPerStripe(); group++) {
                boolean hasA = false;
                boolean hasB = false;
                for (int element = 0; element <= geometry.dataStripsPerGroup(); element++) {
                    final int column = geometry.column(stripe, group, element);
                    hasA |= column == columnA;
                    hasB |= column == columnB;
                }
                if (hasA && hasB) {
                    return true;
                }
            }
        }
        return false;
    }
}
