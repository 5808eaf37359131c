package org.isobar.volume.recording;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.isobar.api.StorageException;
import org.isobar.common.kernel.Crc32c;

/**
 * The beginning of the file of a recording, big-endian.
 *
 * <pre>
 *  0 magic "ISOBACCS" (8)   8 version (2)  10 length of the name (2)  12 length of a page, bytes (4)  16 number of the volume (8)
 * 24 size of the volume, bytes (8)  32 started, ms since 1970 (8)  40 one page in so many (4)  44 seconds at most (4)
 * 48 length at which the file is full, bytes (8)  56 CRC32C of all but this (4)  60 name of the volume, UTF-8
 * </pre>
 *
 * @param volume name
 * @param number number of the volume
 * @param sizeBytes its size
 * @param pageBytes length of its pages, a power of two
 * @param startedWallMs when it was started
 * @param sampleOneIn one page in so many is recorded
 * @param seconds how long it goes on at most
 * @param limitBytes length at which the file is full
 */
public record AccessHeader(
        String volume,
        long number,
        long sizeBytes,
        int pageBytes,
        long startedWallMs,
        int sampleOneIn,
        int seconds,
        long limitBytes) {
    /** Length without the name. */
    static final int FIXED_BYTES = 60;

    static final int NAME_MAX = 255;

    private static final long MAGIC = 0x49534F42_41434353L;
    private static final short VERSION = 1;
    private static final int NAME_LENGTH_OFFSET = 10;
    private static final int PAGE_OFFSET = 12;
    private static final int CRC_OFFSET = 56;
    private static final int PAGE_MIN = 1 << 16;
    private static final int PAGE_MAX = 1 << 30;

    /** Its bytes. */
    byte[] encode() {
        final byte[] name = volume.getBytes(StandardCharsets.UTF_8);
        final ByteBuffer bytes = ByteBuffer.allocate(FIXED_BYTES + name.length);
        bytes.putLong(MAGIC)
                .putShort(VERSION)
                .putShort((short) name.length)
                .putInt(pageBytes)
                .putLong(number)
                .putLong(sizeBytes)
                .putLong(startedWallMs)
                .putInt(sampleOneIn)
                .putInt(seconds)
                .putLong(limitBytes)
                .putInt(0)
                .put(name);
        return bytes.putInt(CRC_OFFSET, crc(bytes.array())).array();
    }

    private static int crc(final byte[] bytes) {
        return new Crc32c()
                .update(bytes, 0, CRC_OFFSET)
                .update(bytes, FIXED_BYTES, bytes.length - FIXED_BYTES)
                .value();
    }

    /** Length of a header that begins with these {@value #FIXED_BYTES} bytes; IO when it is none. */
    static int lengthBytes(final ByteBuffer fixed) {
        final int nameLength = fixed.getShort(NAME_LENGTH_OFFSET) & 0xFFFF;
        if (fixed.getLong(0) != MAGIC || nameLength > NAME_MAX) {
            throw unreadable("it does not begin like one");
        }
        if (fixed.getShort(Long.BYTES) != VERSION) {
            throw unreadable("its version is unknown: version=" + fixed.getShort(Long.BYTES));
        }
        return FIXED_BYTES + nameLength;
    }

    /** From its bytes; IO when they are damaged. */
    static AccessHeader decode(final byte[] bytes) {
        final ByteBuffer from = ByteBuffer.wrap(bytes);
        final int pageBytes = from.getInt(PAGE_OFFSET);
        if (from.getInt(CRC_OFFSET) != crc(bytes)) {
            throw unreadable("its beginning is damaged");
        }
        if (pageBytes < PAGE_MIN || pageBytes > PAGE_MAX || Integer.bitCount(pageBytes) != 1) {
            throw unreadable("its pages are impossible: pageBytes=" + pageBytes);
        }
        from.position(PAGE_OFFSET + Integer.BYTES);
        final long number = from.getLong();
        final long sizeBytes = from.getLong();
        final long startedWallMs = from.getLong();
        final int sampleOneIn = Math.max(1, from.getInt());
        final int seconds = from.getInt();
        final long limitBytes = from.getLong();
        final String volume = new String(bytes, FIXED_BYTES, bytes.length - FIXED_BYTES, StandardCharsets.UTF_8);
        return new AccessHeader(volume, number, sizeBytes, pageBytes, startedWallMs, sampleOneIn, seconds, limitBytes);
    }

    private static StorageException unreadable(final String why) {
        return new StorageException(StorageException.Code.IO, "file is no recording that can be read: " + why);
    }
}
