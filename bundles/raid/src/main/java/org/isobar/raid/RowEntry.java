package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import org.isobar.common.kernel.Crc32c;

/**
 * View over one entry of a {@link LogJournal}: what a range of rows of a stripe may hold, wholly, as a {@link RowHash} of
 * each. All entries of a log have the same length, a power of two, so that none lies across two sectors or blocks that
 * could be torn apart unnoticed: its own CRC32C covers it. Big-endian.
 */
final class RowEntry {
    /** Rows that one entry tells of at most; a longer range takes more of them. */
    static final int ROWS_MAX = 120;

    private static final int ROWS_OFFSET = 4;
    private static final int NONCE_OFFSET = 8;
    private static final int STRIPE_OFFSET = 16;
    private static final int FIRST_OFFSET = 24;
    private static final int HASHES_OFFSET = 28;

    private final int bytes;
    private final Crc32c crc = new Crc32c();
    private ByteBuf buffer;
    private int start;

    /** For entries of so many bytes. */
    RowEntry(final int bytes) {
        this.bytes = bytes;
    }

    /** Length of the entries where a strip has so many rows of blocks. */
    static int bytesFor(final int stripRows) {
        final int needed = HASHES_OFFSET + Integer.BYTES * Math.min(stripRows, ROWS_MAX);
        return Integer.highestOneBit(needed - 1) << 1;
    }

    /** Looks at an entry at an index. */
    RowEntry wrap(final ByteBuf from, final int index) {
        buffer = from;
        start = index;
        return this;
    }

    /** Begins, with rows from {@code first} on. */
    void begin(final long nonce, final long stripe, final int first, final int rows) {
        buffer.setZero(start, bytes);
        buffer.setInt(start + ROWS_OFFSET, rows);
        buffer.setLong(start + NONCE_OFFSET, nonce);
        buffer.setLong(start + STRIPE_OFFSET, stripe);
        buffer.setInt(start + FIRST_OFFSET, first);
    }

    void hash(final int row, final int hash) {
        buffer.setInt(start + HASHES_OFFSET + row * Integer.BYTES, hash);
    }

    /** All rows are there. */
    void end() {
        buffer.setInt(start, crc.of(buffer, start, bytes));
    }

    /** Whether it is a whole one of the slot with this nonce. Changes the checksum field. */
    boolean isOf(final long nonce) {
        final int expected = buffer.getInt(start);
        buffer.setInt(start, 0);
        return buffer.getLong(start + NONCE_OFFSET) == nonce
                && rows() >= 1
                && rows() <= (bytes - HASHES_OFFSET) / Integer.BYTES
                && crc.of(buffer, start, bytes) == expected;
    }

    long stripe() {
        return buffer.getLong(start + STRIPE_OFFSET);
    }

    /** The first row of blocks in the strips. */
    int first() {
        return buffer.getInt(start + FIRST_OFFSET);
    }

    int rows() {
        return buffer.getInt(start + ROWS_OFFSET);
    }

    int hash(final int row) {
        return buffer.getInt(start + HASHES_OFFSET + row * Integer.BYTES);
    }
}
