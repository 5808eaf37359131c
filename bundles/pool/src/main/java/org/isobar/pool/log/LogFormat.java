package org.isobar.pool.log;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.UUID;
import org.isobar.common.kernel.Crc32c;

/** What the three disk records of the log have in common: magic, version and CRC32C in the same places. */
final class LogFormat {
    /** The version that this code writes, and the only one it reads. */
    static final int VERSION = 1;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = 8;
    /** Bytes that the CRC covers, from the record's first. */
    static final int LENGTH_OFFSET = 12;

    static final int CRC_OFFSET = 16;
    static final int CRC_BYTES = 4;
    static final int UUID_BYTES = 16;

    private static final byte[] NO_CRC = new byte[CRC_BYTES];

    private LogFormat() {}

    /** Writes what is common; the CRC last, over what is there then. */
    static void seal(final ByteBuf block, final int index, final long magic, final int lengthBytes, final Crc32c crc) {
        block.setLong(index + MAGIC_OFFSET, magic);
        block.setInt(index + VERSION_OFFSET, VERSION);
        block.setInt(index + LENGTH_OFFSET, lengthBytes);
        block.setInt(index + CRC_OFFSET, checksum(block, index, lengthBytes, crc));
    }

    /** Whether the CRC matches; the length must have been checked before. */
    static boolean intact(final ByteBuf block, final int index, final int lengthBytes, final Crc32c crc) {
        return block.getInt(index + CRC_OFFSET) == checksum(block, index, lengthBytes, crc);
    }

    private static int checksum(final ByteBuf block, final int index, final int lengthBytes, final Crc32c crc) {
        final int after = CRC_OFFSET + CRC_BYTES;
        return crc.reset()
                .update(block, index, CRC_OFFSET)
                .update(NO_CRC, 0, CRC_BYTES)
                .update(block, index + after, lengthBytes - after)
                .value();
    }

    static void setUuid(final ByteBuf block, final int index, final UUID uuid) {
        block.setLong(index, uuid.getMostSignificantBits());
        block.setLong(index + Long.BYTES, uuid.getLeastSignificantBits());
    }

    static UUID uuid(final ByteBuf block, final int index) {
        return new UUID(block.getLong(index), block.getLong(index + Long.BYTES));
    }

    static void setUuids(final ByteBuf block, final int index, final List<UUID> uuids) {
        for (int i = 0; i < uuids.size(); i++) {
            setUuid(block, index + i * UUID_BYTES, uuids.get(i));
        }
    }

    static List<UUID> uuids(final ByteBuf block, final int index, final int count) {
        final UUID[] uuids = new UUID[count];
        for (int i = 0; i < count; i++) {
            uuids[i] = uuid(block, index + i * UUID_BYTES);
        }
        return List.of(uuids);
    }
}
