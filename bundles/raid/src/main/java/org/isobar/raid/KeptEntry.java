package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import org.isobar.common.kernel.Crc32c;

/**
 * View over one entry of a {@link KeptJournal}'s slot: which block of the set one block of the slot's content is. Each batch
 * begins with a block of entries, the first of a slot with its header: the first entry tells of the block after it, the next of
 * the one after that, and so on. It lies within a sector, has a CRC32C of its own, and tells that of the block, so that it
 * counts only with the very content that it was written with. Big-endian.
 */
final class KeptEntry {
    static final int BYTES = 32;
    static final int BLOCK_BYTES = LogLayout.BLOCK_BYTES;
    private static final int CONTENT_OFFSET = 4;
    private static final int NONCE_OFFSET = 8;
    private static final int STRIPE_OFFSET = 16;
    private static final int FROM_OFFSET = 24;
    private static final int ELEMENT_OFFSET = 28;

    private final Crc32c crc = new Crc32c();
    private ByteBuf buffer;
    private int start;
    private int content;

    /**
     * Looks at the entry of one block of a slot.
     *
     * @param slotStart absolute index of the slot
     * @param entries the block of the slot that holds the entry
     * @param block the block of the slot that it tells of, a later one
     */
    KeptEntry wrap(final ByteBuf from, final int slotStart, final int entries, final int block) {
        buffer = from;
        start = slotStart + entries * BLOCK_BYTES + LogSlot.FIXED_BYTES + (block - entries - 1) * BYTES;
        content = slotStart + block * BLOCK_BYTES;
        return this;
    }

    /**
     * Looks for the whole entry of a block of a slot with this nonce, in all blocks before it, as batches may begin anywhere:
     * nobody could know the nonce, so no data is taken for one.
     */
    boolean find(final ByteBuf from, final int slotStart, final int block, final long nonce) {
        for (int entries = block - 1; entries >= 0; entries--) {
            if (wrap(from, slotStart, entries, block).isOf(nonce)) {
                return true;
            }
        }
        return false;
    }

    /** Entries that a block has room for. */
    static int capacity() {
        return (LogSlot.HEADER_BYTES - LogSlot.FIXED_BYTES) / BYTES;
    }

    /** Where its block's content lies in the buffer. */
    int content() {
        return content;
    }

    /** Says what the block is, whose content is there already. */
    void write(final long nonce, final long stripe, final int element, final int from) {
        buffer.setInt(start, 0);
        buffer.setInt(start + CONTENT_OFFSET, crc.of(buffer, content, BLOCK_BYTES));
        buffer.setLong(start + NONCE_OFFSET, nonce);
        buffer.setLong(start + STRIPE_OFFSET, stripe);
        buffer.setInt(start + FROM_OFFSET, from);
        buffer.setInt(start + ELEMENT_OFFSET, element);
        buffer.setInt(start, crc.of(buffer, start, BYTES));
    }

    /** Whether it is a whole one of the slot with this nonce, and its content is there. */
    boolean isOf(final long nonce) {
        return buffer.getLong(start + NONCE_OFFSET) == nonce
                && isWhole()
                && crc.of(buffer, content, BLOCK_BYTES) == buffer.getInt(start + CONTENT_OFFSET);
    }

    private boolean isWhole() {
        final int expected = buffer.getInt(start);
        buffer.setInt(start, 0);
        final int found = crc.of(buffer, start, BYTES);
        buffer.setInt(start, expected);
        return found == expected;
    }

    /** Where it lies in the buffer. */
    int index() {
        return start;
    }

    long stripe() {
        return buffer.getLong(start + STRIPE_OFFSET);
    }

    int element() {
        return buffer.getInt(start + ELEMENT_OFFSET);
    }

    /** First byte of the block in its strip. */
    int from() {
        return buffer.getInt(start + FROM_OFFSET);
    }
}
