package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import org.isobar.api.device.SumBlock;

/**
 * What is written over a block whose content is lost, so that nobody takes what was there before for it: a header that
 * names this very place, then zeros. The block's checksum says so too ({@link SumBlock#BAD}), but only this is written
 * together with the block, and so can be relied on when checksums may be older than data.
 *
 * <p>Parity is summed up over it as over any other content, and so says that the block is lost also when its own column is
 * missing: what the others give is compared with this.
 *
 * <p>An initiator may write the same bytes: they are lost only where they cannot be read from the column itself, or the
 * checksum does not say otherwise.
 */
final class LostBlock {
    private static final long MAGIC = 0x49534f_4c4f5354_01L; // "ISOLOST", version 1
    private static final int SET_OFFSET = 8;
    private static final int COLUMN_OFFSET = 16;
    private static final int PLACE_OFFSET = 24;
    private static final int HEADER_BYTES = 32;

    private LostBlock() {}

    /** Writes one from absolute {@code index}; {@code inChunklet} is where in the column's chunklet the block begins. */
    static void put(final ByteBuf data, final int index, final long setId, final int column, final long inChunklet) {
        data.setZero(index, SumBlock.DATA_BYTES);
        data.setLong(index, MAGIC);
        data.setLong(index + SET_OFFSET, setId);
        data.setLong(index + COLUMN_OFFSET, column);
        data.setLong(index + PLACE_OFFSET, inChunklet);
    }

    /** Whether the block from absolute {@code index} is the one that {@link #put} writes there. */
    static boolean isAt(
            final ByteBuf data, final int index, final long setId, final int column, final long inChunklet) {
        return data.getLong(index) == MAGIC
                && data.getLong(index + SET_OFFSET) == setId
                && data.getLong(index + COLUMN_OFFSET) == column
                && data.getLong(index + PLACE_OFFSET) == inChunklet
                && zeroAfterHeader(data, index);
    }

    private static boolean zeroAfterHeader(final ByteBuf data, final int index) {
        for (int at = HEADER_BYTES; at < SumBlock.DATA_BYTES; at += Long.BYTES) {
            if (data.getLong(index + at) != 0) {
                return false;
            }
        }
        return true;
    }
}
