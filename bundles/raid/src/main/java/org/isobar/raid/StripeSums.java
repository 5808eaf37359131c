package org.isobar.raid;

import org.isobar.api.device.SumBlock;

/**
 * The checksums of a range of a stripe that is written past the log: of each block of each element, data and redundancy,
 * that of the new content and that of the one before. The log gets a {@link RowHash} of each row, old and new. One owner
 * at a time; reused.
 */
final class StripeSums {
    private int[] after = new int[0];
    private int[] before = new int[0];
    private int[] hashes = new int[0];
    private int elements;
    private int rows;

    /** Begins with a range of so many blocks in each element; everything is unknown. */
    void begin(final int elementCount, final int rowCount) {
        elements = elementCount;
        rows = rowCount;
        if (after.length < elementCount * rowCount) {
            after = new int[elementCount * rowCount];
            before = new int[elementCount * rowCount];
        }
    }

    int rows() {
        return rows;
    }

    /** Takes over the checksums of an element's new content. */
    void after(final int element, final int[] sums) {
        System.arraycopy(sums, 0, after, element * rows, rows);
    }

    /** Copies those. */
    void copyAfter(final int element, final int[] to) {
        System.arraycopy(after, element * rows, to, 0, rows);
    }

    /** Takes those of an element's present content from its column's; answers as {@link ColumnSums#copy}. */
    int before(final int element, final ColumnSums sums, final long inChunklet) {
        return sums.copy(inChunklet, rows, before, element * rows);
    }

    /** Whether it is known of every block what it held before. */
    boolean known() {
        for (int i = 0; i < elements * rows; i++) {
            if (before[i] == SumBlock.UNKNOWN) {
                return false;
            }
        }
        return true;
    }

    /** Of each row of blocks as it was; good until the next call. */
    int[] hashesBefore() {
        return hashes(before);
    }

    /** Of each row of blocks as it is to be; good until the next call. */
    int[] hashesAfter() {
        return hashes(after);
    }

    private int[] hashes(final int[] sums) {
        if (hashes.length < rows) {
            hashes = new int[rows];
        }
        for (int row = 0; row < rows; row++) {
            long hash = RowHash.begin();
            for (int element = 0; element < elements; element++) {
                hash = RowHash.add(hash, sums[element * rows + row]);
            }
            hashes[row] = RowHash.end(hash);
        }
        return hashes;
    }
}
