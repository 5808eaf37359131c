package org.isobar.scsi;

import java.util.Arrays;
import org.isobar.common.kernel.Crc32c;

/**
 * A sanitize operation as it is kept in the catalog, so that a stop does not end it. Layout: magic, version, length,
 * CRC32C (of all but itself), flags, passes, pass, first byte not done, pattern.
 *
 * @param blockErase BLOCK ERASE rather than OVERWRITE
 * @param unrestricted AUSE: a failure may be left by EXIT FAILURE MODE
 * @param invert whether every other pass writes the pattern inverted
 * @param failed it has failed
 * @param passes passes over the medium, 1 to 31
 * @param pass the one at hand, zero-based
 * @param doneBytes how far that one is, at least
 * @param pattern of OVERWRITE, 1 to 512 bytes; empty for BLOCK ERASE
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SanitizeRecord(
        boolean blockErase,
        boolean unrestricted,
        boolean invert,
        boolean failed,
        int passes,
        int pass,
        long doneBytes,
        byte[] pattern) {
    private static final long MAGIC = 0x4953_4253_414E_4954L; // "ISBSANIT"
    private static final int VERSION = 1;
    private static final int VERSION_OFFSET = 8;
    private static final int LENGTH_OFFSET = 12;
    private static final int CRC_OFFSET = 16;
    private static final int FLAGS_OFFSET = 20;
    private static final int PASSES_OFFSET = 21;
    private static final int PASS_OFFSET = 22;
    private static final int DONE_OFFSET = 24;
    private static final int HEADER_BYTES = 32;

    private static final int BLOCK_ERASE = 0x01;
    private static final int UNRESTRICTED = 0x02;
    private static final int INVERT = 0x04;
    private static final int FAILED = 0x08;

    SanitizeRecord at(final int nextPass, final long nextDoneBytes) {
        return new SanitizeRecord(blockErase, unrestricted, invert, failed, passes, nextPass, nextDoneBytes, pattern);
    }

    SanitizeRecord afterFailure() {
        return new SanitizeRecord(blockErase, unrestricted, invert, true, passes, pass, doneBytes, pattern);
    }

    byte[] encode() {
        final byte[] record = new byte[HEADER_BYTES + pattern.length];
        BigEndian.putLong(record, 0, MAGIC);
        BigEndian.putInt(record, VERSION_OFFSET, VERSION);
        BigEndian.putInt(record, LENGTH_OFFSET, record.length);
        record[FLAGS_OFFSET] = (byte) ((blockErase ? BLOCK_ERASE : 0)
                | (unrestricted ? UNRESTRICTED : 0)
                | (invert ? INVERT : 0)
                | (failed ? FAILED : 0));
        record[PASSES_OFFSET] = (byte) passes;
        record[PASS_OFFSET] = (byte) pass;
        BigEndian.putLong(record, DONE_OFFSET, doneBytes);
        System.arraycopy(pattern, 0, record, HEADER_BYTES, pattern.length);
        BigEndian.putInt(record, CRC_OFFSET, checksum(record));
        return record;
    }

    /** The operation in a document, or null when this is none that this code can read. */
    static SanitizeRecord decode(final byte[] record) {
        if (record.length < HEADER_BYTES
                || record.length > HEADER_BYTES + BlockLimits.BLOCK_BYTES
                || BigEndian.longAt(record, 0) != MAGIC
                || BigEndian.unsignedInt(record, VERSION_OFFSET) != VERSION
                || BigEndian.unsignedInt(record, LENGTH_OFFSET) != record.length
                || (int) BigEndian.unsignedInt(record, CRC_OFFSET) != checksum(record)) {
            return null;
        }
        final int flags = record[FLAGS_OFFSET];
        return new SanitizeRecord(
                (flags & BLOCK_ERASE) != 0,
                (flags & UNRESTRICTED) != 0,
                (flags & INVERT) != 0,
                (flags & FAILED) != 0,
                record[PASSES_OFFSET],
                record[PASS_OFFSET],
                BigEndian.longAt(record, DONE_OFFSET),
                Arrays.copyOfRange(record, HEADER_BYTES, record.length));
    }

    private static int checksum(final byte[] record) {
        return new Crc32c()
                .update(record, 0, CRC_OFFSET)
                .update(record, FLAGS_OFFSET, record.length - FLAGS_OFFSET)
                .value();
    }
}
