package org.isobar.scsi;

import io.netty.buffer.ByteBuf;
import org.isobar.common.kernel.Crc32c;

/**
 * One part of an atomic write as it is kept in the catalog until the whole is in its place; a catalog document is shorter
 * than the longest atomic write. Layout: magic, version, length, CRC32C (of all but itself), first
 * byte of the whole write, length of the whole, first byte of this part in it, data.
 */
final class AtomicWriteRecord {
    /** Data bytes of a part. */
    static final int PART_BYTES = 48 << 10;

    private static final long MAGIC = 0x4953_4241_544F_4D57L; // "ISBATOMW"
    private static final int VERSION = 1;
    private static final int VERSION_OFFSET = 8;
    private static final int LENGTH_OFFSET = 12;
    private static final int CRC_OFFSET = 16;
    private static final int WHOLE_OFFSET_OFFSET = 20;
    private static final int WHOLE_BYTES_OFFSET = 28;
    private static final int PART_OFFSET_OFFSET = 32;
    private static final int HEADER_BYTES = 36;

    private AtomicWriteRecord() {}

    /** Parts of a write of this length. */
    static int parts(final int wholeBytes) {
        return (wholeBytes + PART_BYTES - 1) / PART_BYTES;
    }

    /** The n-th part of a write. */
    static byte[] encode(
            final long offsetBytes, final int wholeBytes, final ByteBuf data, final int index, final int part) {
        final int partOffset = part * PART_BYTES;
        final byte[] record = new byte[HEADER_BYTES + Math.min(PART_BYTES, wholeBytes - partOffset)];
        BigEndian.putLong(record, 0, MAGIC);
        BigEndian.putInt(record, VERSION_OFFSET, VERSION);
        BigEndian.putInt(record, LENGTH_OFFSET, record.length);
        BigEndian.putLong(record, WHOLE_OFFSET_OFFSET, offsetBytes);
        BigEndian.putInt(record, WHOLE_BYTES_OFFSET, wholeBytes);
        BigEndian.putInt(record, PART_OFFSET_OFFSET, partOffset);
        data.getBytes(index + partOffset, record, HEADER_BYTES, record.length - HEADER_BYTES);
        BigEndian.putInt(record, CRC_OFFSET, checksum(record));
        return record;
    }

    /** Whether this is a whole record that this code can read. */
    static boolean intact(final byte[] record) {
        if (record.length <= HEADER_BYTES
                || BigEndian.longAt(record, 0) != MAGIC
                || BigEndian.unsignedInt(record, VERSION_OFFSET) != VERSION
                || BigEndian.unsignedInt(record, LENGTH_OFFSET) != record.length
                || (int) BigEndian.unsignedInt(record, CRC_OFFSET) != checksum(record)) {
            return false;
        }
        final int whole = wholeBytes(record);
        final int from = partOffset(record);
        return from >= 0
                && from % PART_BYTES == 0
                && from < whole
                && dataBytes(record) == Math.min(PART_BYTES, whole - from);
    }

    static long offsetBytes(final byte[] record) {
        return BigEndian.longAt(record, WHOLE_OFFSET_OFFSET);
    }

    static int wholeBytes(final byte[] record) {
        return (int) BigEndian.unsignedInt(record, WHOLE_BYTES_OFFSET);
    }

    /** Copies the data to its place in the whole. */
    static void decode(final byte[] record, final ByteBuf whole) {
        whole.setBytes(partOffset(record), record, HEADER_BYTES, dataBytes(record));
    }

    private static int partOffset(final byte[] record) {
        return (int) BigEndian.unsignedInt(record, PART_OFFSET_OFFSET);
    }

    private static int dataBytes(final byte[] record) {
        return record.length - HEADER_BYTES;
    }

    private static int checksum(final byte[] record) {
        return new Crc32c()
                .update(record, 0, CRC_OFFSET)
                .update(record, WHOLE_OFFSET_OFFSET, record.length - WHOLE_OFFSET_OFFSET)
                .value();
    }
}
