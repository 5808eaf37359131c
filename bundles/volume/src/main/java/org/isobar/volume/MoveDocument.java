package org.isobar.volume;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.isobar.api.StorageException;

/**
 * A move of a volume as the catalog keeps it, big-endian; the log it lies in guards it with a CRC.
 *
 * <pre>
 *  0 version (1)   1 flags (bit 0: paused)   2 start, ms since 1970
 * 10 from, to: each a length byte and as many bytes of UTF-8
 * </pre>
 *
 * @param from the pool that new pages came from before
 * @param to the pool that the pages go to
 * @param paused whether somebody paused it
 * @param startedWallMs when it began, ms since 1970
 */
record MoveDocument(String from, String to, boolean paused, long startedWallMs) {
    private static final byte VERSION = 1;
    private static final int FLAGS_OFFSET = 1;
    private static final int STARTED_OFFSET = 2;
    private static final int TEXTS_OFFSET = 10;
    private static final int PAUSED_FLAG = 1;

    MoveDocument withPaused(final boolean now) {
        return new MoveDocument(from, to, now, startedWallMs);
    }

    byte[] encode() {
        final byte[] fromBytes = from.getBytes(StandardCharsets.UTF_8);
        final byte[] toBytes = to.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(TEXTS_OFFSET + 2 + fromBytes.length + toBytes.length)
                .put(VERSION)
                .put((byte) (paused ? PAUSED_FLAG : 0))
                .putLong(startedWallMs)
                .put((byte) fromBytes.length)
                .put(fromBytes)
                .put((byte) toBytes.length)
                .put(toBytes)
                .array();
    }

    /** Reads a document; IO when it is of an unknown version or damaged. */
    static MoveDocument decode(final String key, final byte[] bytes) {
        if (bytes.length < TEXTS_OFFSET || bytes[0] != VERSION) {
            throw unreadable(key, bytes, null);
        }
        final ByteBuffer document = ByteBuffer.wrap(bytes);
        document.position(TEXTS_OFFSET);
        try {
            final String from = text(document);
            final String to = text(document);
            return new MoveDocument(
                    from, to, (bytes[FLAGS_OFFSET] & PAUSED_FLAG) != 0, document.getLong(STARTED_OFFSET));
        } catch (final BufferUnderflowException damaged) {
            throw unreadable(key, bytes, damaged);
        }
    }

    private static String text(final ByteBuffer document) {
        final byte[] bytes = new byte[document.get() & 0xFF];
        document.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static StorageException unreadable(final String key, final byte[] bytes, final Throwable cause) {
        return new StorageException(
                StorageException.Code.IO,
                "document of a volume's move is unreadable: key=" + key + " lengthBytes=" + bytes.length,
                cause);
    }
}
