package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import org.isobar.api.device.SumBlock;

/**
 * The checksums of a range of a stripe that is written past the log: of each block of each element, data and redundancy,
 * that of the new content and that of the one before. By them a replay tells how far the write came, and what a column
 * that is missing by then must have held. One owner at a time; reused.
 */
final class StripeSums {
    private static final int ROW_BYTES = 2 * Integer.BYTES;

    private int[] after = new int[0];
    private int[] before = new int[0];
    private int elements;
    private int rows;

    /** Content bytes of a piece of a slot with so many rows of blocks, whole blocks. */
    static int bytes(final int elements, final int rows) {
        return roundUp(elements * rows * ROW_BYTES);
    }

    /** Rows of blocks that there is room for in so many whole blocks. */
    static int rows(final int roomBytes, final int elements) {
        return roomBytes / (elements * ROW_BYTES);
    }

    private static int roundUp(final int bytes) {
        return bytes + LogLayout.BLOCK_BYTES - 1 & -LogLayout.BLOCK_BYTES;
    }

    /** Begins with a range of so many blocks in each element; everything is unknown. */
    void begin(final int elementCount, final int rowCount) {
        elements = elementCount;
        rows = rowCount;
        if (after.length < elementCount * rowCount) {
            after = new int[elementCount * rowCount];
            before = new int[elementCount * rowCount];
        }
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

    /** Writes some rows of blocks. */
    void writeTo(final ByteBuf slot, final int index, final int firstRow, final int rowCount) {
        int at = index;
        for (int element = 0; element < elements; element++) {
            for (int row = firstRow; row < firstRow + rowCount; row++) {
                slot.setInt(at, after[element * rows + row]);
                slot.setInt(at + Integer.BYTES, before[element * rows + row]);
                at += ROW_BYTES;
            }
        }
        slot.setZero(at, index + bytes(elements, rowCount) - at);
    }

    /** Reads what {@link #writeTo} has written. */
    static StripeSums of(final ByteBuf slot, final int index, final int elementCount, final int rowCount) {
        final StripeSums sums = new StripeSums();
        sums.begin(elementCount, rowCount);
        for (int i = 0; i < elementCount * rowCount; i++) {
            sums.after[i] = slot.getInt(index + i * ROW_BYTES);
            sums.before[i] = slot.getInt(index + i * ROW_BYTES + Integer.BYTES);
        }
        return sums;
    }

    /** Whether a block of an element with this checksum is one of the two. */
    boolean vouchesFor(final int element, final int row, final int sum) {
        return after[element * rows + row] == sum || before[element * rows + row] == sum;
    }
}
