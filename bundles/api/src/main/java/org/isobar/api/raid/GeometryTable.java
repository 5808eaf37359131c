package org.isobar.api.raid;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.isobar.common.Check;
import org.isobar.spi.raid.RaidGeometry;

/**
 * A geometry written out over its whole period, and found sound: no two strips in one place, no two of a group on one
 * column. From then on nobody asks the level that it came from, so the level can be updated or removed, and cannot change
 * its mind. Immutable.
 */
public final class GeometryTable implements RaidGeometry {
    /** Places in a table at most: stripes of the period, times groups, times strips of a group. */
    public static final int PLACES_MAX = 1 << 20;

    private static final int COLUMNS_MAX = 64;
    private static final int STRIP_BYTES_MIN = 4096;
    private static final int STRIP_BYTES_MAX = 1 << 30;
    private static final int HEADER_BYTES = 6 * Integer.BYTES;

    private final int columns;
    private final int stripBytes;
    private final int rows;
    private final int groups;
    private final int dataStrips;
    private final int period;
    private final byte[] columnOf;
    private final byte[] rowOf;
    private final long fingerprint;

    private GeometryTable(final RaidGeometry geometry) {
        columns = Check.range("columns", geometry.columns(), 2, COLUMNS_MAX);
        stripBytes = Check.range(
                "strip.bytes",
                Check.powerOfTwo("strip.bytes", geometry.stripBytes()),
                STRIP_BYTES_MIN,
                STRIP_BYTES_MAX);
        rows = Check.range("rows", geometry.rowsPerStripe(), 1, COLUMNS_MAX);
        groups = Check.range("groups", geometry.groupsPerStripe(), 1, COLUMNS_MAX);
        dataStrips = Check.range("data.strips", geometry.dataStripsPerGroup(), 1, columns - 1);
        final int perStripe = groups * (dataStrips + 1);
        period = Check.range("period.stripes", geometry.periodStripes(), 1, PLACES_MAX / perStripe);
        columnOf = new byte[period * perStripe];
        rowOf = new byte[period * perStripe];
        for (int stripe = 0; stripe < period; stripe++) {
            write(geometry, stripe);
        }
        fingerprint = sum();
    }

    /**
     * The table of a geometry; the geometry itself when it is a table.
     *
     * @throws IllegalArgumentException when it is not sound, or its period too long
     */
    public static GeometryTable of(final RaidGeometry geometry) {
        return geometry instanceof GeometryTable table ? table : new GeometryTable(geometry);
    }

    private void write(final RaidGeometry geometry, final int stripe) {
        final long[] taken = new long[rows];
        for (int group = 0; group < groups; group++) {
            long onColumns = 0;
            for (int element = 0; element <= dataStrips; element++) {
                final int column = Check.range("column", geometry.column(stripe, group, element), 0, columns - 1);
                final int row = Check.range("row", geometry.row(stripe, group, element), 0, rows - 1);
                final long bit = 1L << column;
                if ((onColumns & bit) != 0) {
                    throw unsound("two strips of a group on one column", stripe, group, column);
                }
                if ((taken[row] & bit) != 0) {
                    throw unsound("two strips in one place", stripe, group, column);
                }
                onColumns |= bit;
                taken[row] |= bit;
                columnOf[at(stripe, group, element)] = (byte) column;
                rowOf[at(stripe, group, element)] = (byte) row;
            }
        }
    }

    private static IllegalArgumentException unsound(
            final String what, final int stripe, final int group, final int column) {
        return new IllegalArgumentException(what + ": stripe=" + stripe + " group=" + group + " column=" + column);
    }

    private long sum() {
        final ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putInt(columns)
                .putInt(stripBytes)
                .putInt(rows)
                .putInt(groups)
                .putInt(dataStrips)
                .putInt(period);
        try {
            final MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update("isobar geometry 1".getBytes(StandardCharsets.US_ASCII));
            digest.update(header.flip());
            digest.update(columnOf);
            digest.update(rowOf);
            return ByteBuffer.wrap(digest.digest()).getLong();
        } catch (final NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java has SHA-256", missing);
        }
    }

    /** Stands for all its answers: two tables with the same one lay out data alike. */
    public long fingerprint() {
        return fingerprint;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public int stripBytes() {
        return stripBytes;
    }

    @Override
    public int rowsPerStripe() {
        return rows;
    }

    @Override
    public int groupsPerStripe() {
        return groups;
    }

    @Override
    public int dataStripsPerGroup() {
        return dataStrips;
    }

    @Override
    public int periodStripes() {
        return period;
    }

    @Override
    public int column(final long stripe, final int group, final int element) {
        return columnOf[at(stripe, group, element)];
    }

    @Override
    public int row(final long stripe, final int group, final int element) {
        return rowOf[at(stripe, group, element)];
    }

    private int at(final long stripe, final int group, final int element) {
        final int within = period == 1 ? 0 : (int) (stripe % period);
        return (within * groups + group) * (dataStrips + 1) + element;
    }
}
