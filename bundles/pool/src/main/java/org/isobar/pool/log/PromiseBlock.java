package org.isobar.pool.log;

import io.netty.buffer.ByteBuf;
import org.isobar.common.kernel.Crc32c;

/**
 * A device's promise to know of an epoch. A start of the log takes an epoch above all that a majority has promised, and
 * lets a majority promise it before anything is written in it; so no two starts ever write in the same epoch, and what
 * a start left behind that did not get far is never taken for newer. Fits one sector, so it is never torn.
 */
final class PromiseBlock {
    private static final long MAGIC = 0x49534F4241525052L;
    private static final int EPOCH_OFFSET = 24;
    private static final int LENGTH_BYTES = 32;

    private PromiseBlock() {}

    static void encode(final ByteBuf block, final long epoch, final Crc32c crc) {
        block.setZero(0, SystemArea.BLOCK_BYTES);
        block.setLong(EPOCH_OFFSET, epoch);
        LogFormat.seal(block, 0, MAGIC, LENGTH_BYTES, crc);
    }

    /** The epoch promised in the block, 0 when there is none. */
    static long epoch(final ByteBuf block, final int index, final Crc32c crc) {
        final boolean valid = version(block, index) == LogFormat.VERSION
                && block.getInt(index + LogFormat.LENGTH_OFFSET) == LENGTH_BYTES
                && LogFormat.intact(block, index, LENGTH_BYTES, crc);
        return valid ? block.getLong(index + EPOCH_OFFSET) : 0;
    }

    /** The version of the promise in the block, 0 when there is none. */
    static int version(final ByteBuf block, final int index) {
        return block.getLong(index) == MAGIC ? block.getInt(index + LogFormat.VERSION_OFFSET) : 0;
    }
}
