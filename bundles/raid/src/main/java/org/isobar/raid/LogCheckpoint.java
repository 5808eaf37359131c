package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import org.isobar.common.kernel.Crc32c;

/**
 * From where on the write log of a group counts: its disk form, one block, big-endian. The checksum is over the block with
 * the checksum field zero.
 *
 * @param count numbers the checkpoints of a group
 * @param tail everything that was logged with a smaller sequence number is on stable media in its place
 */
record LogCheckpoint(long count, long tail) {
    private static final long MAGIC = 0x49534F574C434850L; // "ISOWLCHP"
    private static final int VERSION = 1;
    private static final int VERSION_OFFSET = 8;
    private static final int CRC_OFFSET = 12;
    private static final int SET_OFFSET = 16;
    private static final int GROUP_OFFSET = 24;
    private static final int COLUMN_OFFSET = 28;
    private static final int COUNT_OFFSET = 32;
    private static final int TAIL_OFFSET = 40;

    void writeTo(final ByteBuf block, final long set, final int group, final int column) {
        block.setZero(0, LogLayout.BLOCK_BYTES);
        block.setLong(0, MAGIC);
        block.setInt(VERSION_OFFSET, VERSION);
        block.setLong(SET_OFFSET, set);
        block.setInt(GROUP_OFFSET, group);
        block.setInt(COLUMN_OFFSET, column);
        block.setLong(COUNT_OFFSET, count);
        block.setLong(TAIL_OFFSET, tail);
        block.setInt(CRC_OFFSET, new Crc32c().of(block, 0, LogLayout.BLOCK_BYTES));
    }

    /** Whether a block says that it is a checkpoint of this column, whole or not. */
    static boolean names(final ByteBuf block, final long set, final int group, final int column) {
        return block.getLong(0) == MAGIC
                && block.getLong(SET_OFFSET) == set
                && block.getInt(GROUP_OFFSET) == group
                && block.getInt(COLUMN_OFFSET) == column;
    }

    /** What a block holds, or null when that is no checkpoint of this column. The block is changed. */
    static LogCheckpoint of(final ByteBuf block, final long set, final int group, final int column) {
        final int expected = block.getInt(CRC_OFFSET);
        block.setInt(CRC_OFFSET, 0);
        final boolean own = block.getLong(0) == MAGIC
                && block.getInt(VERSION_OFFSET) == VERSION
                && block.getLong(SET_OFFSET) == set
                && block.getInt(GROUP_OFFSET) == group
                && block.getInt(COLUMN_OFFSET) == column
                && new Crc32c().of(block, 0, LogLayout.BLOCK_BYTES) == expected;
        return own ? new LogCheckpoint(block.getLong(COUNT_OFFSET), block.getLong(TAIL_OFFSET)) : null;
    }
}
