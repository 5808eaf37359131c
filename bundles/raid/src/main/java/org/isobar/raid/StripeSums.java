package org.isobar.raid;

import org.isobar.api.device.SumBlock;

/**
 * The checksums of a range of a stripe that is written in place before the log has all of it: of each block of each element
 * that is written, data and redundancy, that of the new content and that of the one before. The log gets a {@link RowHash} of
 * each row, old and new. One owner at a time; reused.
 */
final class StripeSums {
    private int[] after = new int[0];
    private int[] before = new int[0];
    private int[] hashes = new int[0];
    private int elements;
    private long mask;
    private int rows;

    /**
     * Begins with a range of so many blocks in each element; everything is unknown.
     *
     * @param ofElements mask of those whose checksums are taken
     */
    void begin(final int elementCount, final long ofElements, final int rowCount) {
        elements = elementCount;
        mask = ofElements;
        rows = rowCount;
        if (after.length < elementCount * rowCount) {
            after = new int[elementCount * rowCount];
            before = new int[elementCount * rowCount];
        }
    }

    int rows() {
        return rows;
    }

    /** Whether those of an element are taken. */
    boolean holds(final int element) {
        return (mask & 1L << element) != 0;
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
            if (holds(i / rows) && before[i] == SumBlock.UNKNOWN) {
                return false;
            }
        }
        return true;
    }

    /** Of one row as it was. */
    int hashBefore(final int row) {
        return hash(before, row);
    }

    /** Of one row as it is to be. */
    int hashAfter(final int row) {
        return hash(after, row);
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
            hashes[row] = hash(sums, row);
        }
        return hashes;
    }

    private int hash(final int[] sums, final int row) {
        long hash = RowHash.begin();
        for (int element = 0; element < elements; element++) {
            hash = holds(element) ? RowHash.add(hash, sums[element * rows + row]) : hash;
        }
        return RowHash.end(hash);
    }
}
