package org.isobar.volume;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.isobar.api.StorageException;
import org.isobar.api.volume.VolumeThresholds;

/**
 * Layout of a volume's catalog document; big-endian. The log it lies in guards it with a CRC.
 *
 * <pre>
 *  0 version (1)   1 flags (bit 0: deleting, bit 1: reads are not verified, bit 2: pinned)
 *  2 warning threshold in percent, 0 for none      3 critical threshold in percent, 0 for none
 *  4 number        12 uuid                     28 size in bytes   36 page length in bytes
 * 40 name, pool, policy: each a length byte and as many bytes of UTF-8
 * </pre>
 */
final class VolumeDocument {
    private static final int VERSION = 1;
    private static final int VERSION_OFFSET = 0;
    private static final int FLAGS_OFFSET = 1;
    private static final int WARNING_OFFSET = 2;
    private static final int CRITICAL_OFFSET = 3;
    private static final int NUMBER_OFFSET = 4;
    private static final int UUID_OFFSET = 12;
    private static final int SIZE_OFFSET = 28;
    private static final int PAGE_BYTES_OFFSET = 36;
    private static final int TEXTS_OFFSET = 40;
    private static final int DELETING_FLAG = 1;
    private static final int UNVERIFIED_FLAG = 2;
    private static final int PINNED_FLAG = 4;
    private static final int MAX_TEXT_BYTES = 255;

    private VolumeDocument() {}

    static byte[] encode(final VolumeDefinition definition) {
        final byte[] name = text(definition.name());
        final byte[] pool = text(definition.pool());
        final byte[] policy = text(definition.policy());
        final ByteBuffer document = ByteBuffer.allocate(TEXTS_OFFSET + 3 + name.length + pool.length + policy.length);
        document.put(VERSION_OFFSET, (byte) VERSION);
        document.put(FLAGS_OFFSET, (byte) ((definition.deleting() ? DELETING_FLAG : 0)
                | (definition.verifyReads() ? 0 : UNVERIFIED_FLAG)
                | (definition.pinned() ? PINNED_FLAG : 0)));
        document.put(WARNING_OFFSET, (byte) definition.thresholds().warningPercent());
        document.put(CRITICAL_OFFSET, (byte) definition.thresholds().criticalPercent());
        document.putLong(NUMBER_OFFSET, definition.number());
        document.putLong(UUID_OFFSET, definition.uuid().getMostSignificantBits());
        document.putLong(UUID_OFFSET + Long.BYTES, definition.uuid().getLeastSignificantBits());
        document.putLong(SIZE_OFFSET, definition.sizeBytes());
        document.putInt(PAGE_BYTES_OFFSET, definition.pageBytes());
        document.position(TEXTS_OFFSET);
        document.put((byte) name.length).put(name);
        document.put((byte) pool.length).put(pool);
        document.put((byte) policy.length).put(policy);
        return document.array();
    }

    /** Reads a document; IO when it is of an unknown version or damaged. */
    static VolumeDefinition decode(final String key, final byte[] bytes) {
        if (bytes.length < TEXTS_OFFSET || bytes[VERSION_OFFSET] != VERSION) {
            throw unreadable(key, bytes, null);
        }
        final ByteBuffer document = ByteBuffer.wrap(bytes);
        document.position(TEXTS_OFFSET);
        try {
            final VolumeDefinition definition = new VolumeDefinition(
                    document.getLong(NUMBER_OFFSET),
                    new UUID(document.getLong(UUID_OFFSET), document.getLong(UUID_OFFSET + Long.BYTES)),
                    text(document),
                    document.getLong(SIZE_OFFSET),
                    document.getInt(PAGE_BYTES_OFFSET),
                    text(document),
                    text(document),
                    (document.get(FLAGS_OFFSET) & UNVERIFIED_FLAG) == 0,
                    new VolumeThresholds(document.get(WARNING_OFFSET), document.get(CRITICAL_OFFSET)),
                    (document.get(FLAGS_OFFSET) & PINNED_FLAG) != 0,
                    (document.get(FLAGS_OFFSET) & DELETING_FLAG) != 0);
            if (!key.equals(Long.toString(definition.number()))
                    || Integer.bitCount(definition.pageBytes()) != 1
                    || definition.sizeBytes() <= 0) {
                throw unreadable(key, bytes, null);
            }
            return definition;
        } catch (final BufferUnderflowException | StorageException damaged) {
            throw unreadable(key, bytes, damaged);
        }
    }

    private static byte[] text(final String value) {
        final byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_TEXT_BYTES) {
            throw new IllegalArgumentException(
                    "name: must be at most " + MAX_TEXT_BYTES + " bytes, is " + bytes.length);
        }
        return bytes;
    }

    private static String text(final ByteBuffer document) {
        final byte[] bytes = new byte[document.get() & 0xFF];
        document.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static StorageException unreadable(final String key, final byte[] bytes, final Throwable cause) {
        return new StorageException(
                StorageException.Code.IO,
                "volume document is unreadable: key=" + key + " version="
                        + (bytes.length == 0 ? "none" : Integer.toString(bytes[VERSION_OFFSET])) + " lengthBytes="
                        + bytes.length,
                cause);
    }
}
