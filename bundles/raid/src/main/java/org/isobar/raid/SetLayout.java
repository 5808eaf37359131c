package org.isobar.raid;

import org.isobar.api.device.SumBlock;
import org.isobar.api.raid.GeometryTable;
import org.isobar.api.raid.RaidSetInfo;
import org.isobar.common.Check;
import org.isobar.spi.raid.RaidGeometry;

/** Arithmetic of one set: a geometry over chunklets of a given length. Pure; any thread may call. */
final class SetLayout {
    private static final int COLUMNS_MAX = 64;
    static final int STRIP_BYTES_MIN = 4096;
    private static final int STRIP_BYTES_MAX = 1 << 24;
    /** Sub-ranges of a strip that are locked on their own: one bit of a long each. */
    private static final int SUB_RANGES_SHIFT = 6;

    private final GeometryTable geometry;
    private final int stripBytes;
    private final int rows;
    private final int groups;
    private final int dataStrips;
    private final int groupDataBytes;
    private final int stripeDataBytes;
    private final int subRangeShift;
    private final long stripes;
    private final LogLayout log;

    SetLayout(final RaidGeometry geometry, final long chunkletBytes) {
        this(geometry, chunkletBytes, 0);
    }

    /**
     * As above, with a write log.
     *
     * @param logBytes length of the log at the end of each chunklet, or 0
     */
    SetLayout(final RaidGeometry geometry, final long chunkletBytes, final long logBytes) {
        this.geometry = GeometryTable.of(geometry);
        stripBytes = Check.range("strip.bytes", geometry.stripBytes(), STRIP_BYTES_MIN, STRIP_BYTES_MAX);
        rows = geometry.rowsPerStripe();
        groups = geometry.groupsPerStripe();
        dataStrips = geometry.dataStripsPerGroup();
        groupDataBytes = dataStrips * stripBytes;
        stripeDataBytes = geometry.stripeDataBytes();
        subRangeShift = Integer.numberOfTrailingZeros(stripBytes) - SUB_RANGES_SHIFT;
        stripes = Check.range("stripes", (chunkletBytes - logBytes) / ((long) rows * stripBytes), 1, Long.MAX_VALUE);
        log = logBytes == 0 ? null : new LogLayout(dataStrips, stripBytes, chunkletBytes, logBytes);
        if (log != null) {
            Check.range("data.strips of a level with a write log", dataStrips, 2, COLUMNS_MAX);
            if (!groupsStay()) {
                throw new IllegalArgumentException("groups move from column to column: no write log");
            }
        }
    }

    /** Whether the columns of each group are the same in all stripes, so that they can share a log. */
    boolean groupsStay() {
        for (long stripe = 1; stripe < geometry.periodStripes(); stripe++) {
            for (int group = 0; group < groups; group++) {
                if (columnMask(stripe, group) != columnMask(0, group)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Where the write log lies, or null when there is none. */
    LogLayout log() {
        return log;
    }

    RaidGeometry geometry() {
        return geometry;
    }

    int columns() {
        return geometry.columns();
    }

    int stripBytes() {
        return stripBytes;
    }

    int groups() {
        return groups;
    }

    /** Data strips in a group, which is also the element number of its redundancy strip. */
    int dataStrips() {
        return dataStrips;
    }

    int groupDataBytes() {
        return groupDataBytes;
    }

    int stripeDataBytes() {
        return stripeDataBytes;
    }

    /** Bytes that a stripe has in each column. */
    int stripeColumnBytes() {
        return rows * stripBytes;
    }

    long stripes() {
        return stripes;
    }

    long sizeBytes() {
        return stripes * stripeDataBytes;
    }

    int column(final long stripe, final int group, final int element) {
        return geometry.column(stripe, group, element);
    }

    /** First byte of an element, relative to its column's chunklet. */
    long columnOffset(final long stripe, final int group, final int element) {
        return (stripe * rows + geometry.row(stripe, group, element)) * stripBytes;
    }

    /** First byte, in the set, of a part of a data strip. */
    long setOffset(final long stripe, final int group, final int element, final int at) {
        return stripe * stripeDataBytes + (long) group * groupDataBytes + (long) element * stripBytes + at;
    }

    /** Mask of the columns that a group lies on. */
    long columnMask(final long stripe, final int group) {
        long mask = 0;
        for (int element = 0; element <= dataStrips; element++) {
            mask |= 1L << geometry.column(stripe, group, element);
        }
        return mask;
    }

    /** The element of a group that lies on a column, or -1. */
    int elementOn(final int column, final long stripe, final int group) {
        for (int element = 0; element <= dataStrips; element++) {
            if (geometry.column(stripe, group, element) == column) {
                return element;
            }
        }
        return -1;
    }

    /** Number of a group in the whole set. */
    long groupKey(final long stripe, final int group) {
        return stripe * groups + group;
    }

    /** Mask of the sub-ranges of a strip that {@code [from, to)} touches. */
    long subRanges(final int from, final int to) {
        final int first = from >> subRangeShift;
        final int last = (to - 1) >> subRangeShift;
        return (-1L << first) & (-1L >>> (Long.SIZE - 1 - last));
    }

    /** The start of the block that a byte of a strip is in. */
    int blockStart(final int at) {
        return at & -SumBlock.DATA_BYTES;
    }

    /** The end of the last block before a byte of a strip. */
    int blockEnd(final int end) {
        return end + SumBlock.DATA_BYTES - 1 & -SumBlock.DATA_BYTES;
    }

    /** Write-intent region of a stripe. */
    int region(final long stripe) {
        return (int) (stripe * RaidSetInfo.REGIONS / stripes);
    }

    /** First stripe of a region; a region without stripes begins where the next one does. */
    long firstStripe(final int region) {
        return (region * stripes + RaidSetInfo.REGIONS - 1) / RaidSetInfo.REGIONS;
    }

    /** Mask of the regions that have stripes. */
    long allRegions() {
        long mask = 0;
        for (int region = 0; region < RaidSetInfo.REGIONS; region++) {
            if (firstStripe(region) < firstStripe(region + 1)) {
                mask |= 1L << region;
            }
        }
        return mask;
    }

    /** Whether every group still has all but one of its elements when these columns cannot be read. */
    boolean survives(final long unreadableColumns) {
        for (long stripe = 0; stripe < geometry.periodStripes(); stripe++) {
            for (int group = 0; group < groups; group++) {
                if (Long.bitCount(columnMask(stripe, group) & unreadableColumns) > 1) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether two columns share a group somewhere. */
    boolean shareGroup(final int columnA, final int columnB) {
        final long both = 1L << columnA | 1L << columnB;
        return !survives(both);
    }
}
