package org.isobar.raid;

/** Where the new redundancy of a write to a group comes from. */
enum RedundancySource {
    /** One data strip: the redundancy strip is a copy. */
    MIRROR,
    /** All data strips are written: from the new data alone. */
    NEW_DATA,
    /** From the new data and the data strips not written. */
    OTHER_DATA,
    /** From the old redundancy, the old data and the new data. */
    OLD_DATA,
    /** The redundancy strip's column is gone: data alone is written. */
    NONE;

    /**
     * Chooses the way that reads least of those that are possible; null when none is.
     *
     * @param written mask of the data elements that are written
     * @param unreadable mask of the elements that cannot be read
     * @param redundancyWritable whether the redundancy strip's column is there
     * @param suspect whether the old redundancy may be wrong
     */
    static RedundancySource of(
            final int dataStrips,
            final long written,
            final long unreadable,
            final boolean redundancyWritable,
            final boolean suspect) {
        final int count = Long.bitCount(written);
        final long others = (1L << dataStrips) - 1 & ~written;
        final boolean fromOthers = (unreadable & others) == 0;
        final boolean fromOld = (unreadable & (written | 1L << dataStrips)) == 0;
        if (dataStrips == 1) {
            return MIRROR;
        }
        if (!redundancyWritable) {
            return NONE;
        }
        if (others == 0) {
            return NEW_DATA;
        }
        if (fromOthers && (!fromOld || dataStrips - count <= count + 1 || suspect)) {
            return OTHER_DATA;
        }
        return fromOld ? OLD_DATA : null;
    }
}
