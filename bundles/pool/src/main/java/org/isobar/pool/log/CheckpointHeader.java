package org.isobar.pool.log;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.UUID;
import org.isobar.common.kernel.Crc32c;

/**
 * View over the first block of a half: which checkpoint follows it. Holds no bytes of its own. Written
 * last, when the checkpoint is on stable media, and erased before the next one is written over it.
 */
final class CheckpointHeader {
    /** Most devices that the ACTIVE list holds. */
    static final int ACTIVE_MAX = 250;

    private static final long MAGIC = 0x49534F424152434BL;
    private static final int PAYLOAD_CRC_OFFSET = 20;
    private static final int EPOCH_OFFSET = 24;
    private static final int SEQUENCE_OFFSET = 32;
    private static final int PAYLOAD_LENGTH_OFFSET = 40;
    private static final int ACTIVE_COUNT_OFFSET = 44;
    private static final int LOG_ID_OFFSET = 48;
    private static final int ACTIVE_OFFSET = 64;

    private final ByteBuf block;

    CheckpointHeader(final ByteBuf block) {
        this.block = block;
    }

    /** Writes the header of a checkpoint. */
    static void encode(
            final ByteBuf block,
            final UUID logId,
            final Position covers,
            final List<UUID> active,
            final int payloadBytes,
            final int payloadCrc,
            final Crc32c crc) {
        block.setZero(0, SystemArea.BLOCK_BYTES);
        block.setInt(PAYLOAD_CRC_OFFSET, payloadCrc);
        block.setLong(EPOCH_OFFSET, covers.epoch());
        block.setLong(SEQUENCE_OFFSET, covers.sequence());
        block.setInt(PAYLOAD_LENGTH_OFFSET, payloadBytes);
        block.setInt(ACTIVE_COUNT_OFFSET, active.size());
        LogFormat.setUuid(block, LOG_ID_OFFSET, logId);
        LogFormat.setUuids(block, ACTIVE_OFFSET, active);
        LogFormat.seal(block, 0, MAGIC, ACTIVE_OFFSET + active.size() * LogFormat.UUID_BYTES, crc);
    }

    /** Whether a checkpoint was ever begun here. */
    boolean present() {
        return block.getLong(LogFormat.MAGIC_OFFSET) == MAGIC;
    }

    int version() {
        return block.getInt(LogFormat.VERSION_OFFSET);
    }

    /** Whether it is whole and makes sense in a half of this length. */
    boolean intact(final int halfBytes, final Crc32c crc) {
        final int length = block.getInt(LogFormat.LENGTH_OFFSET);
        final int count = block.getInt(ACTIVE_COUNT_OFFSET);
        return count >= 1
                && count <= ACTIVE_MAX
                && length == ACTIVE_OFFSET + count * LogFormat.UUID_BYTES
                && LogFormat.intact(block, 0, length, crc)
                && payloadBytes() >= 0
                && payloadBytes() <= halfBytes - SystemArea.BLOCK_BYTES;
    }

    Position covers() {
        return new Position(block.getLong(EPOCH_OFFSET), block.getLong(SEQUENCE_OFFSET));
    }

    UUID logId() {
        return LogFormat.uuid(block, LOG_ID_OFFSET);
    }

    List<UUID> active() {
        return LogFormat.uuids(block, ACTIVE_OFFSET, block.getInt(ACTIVE_COUNT_OFFSET));
    }

    int payloadBytes() {
        return block.getInt(PAYLOAD_LENGTH_OFFSET);
    }

    int payloadCrc() {
        return block.getInt(PAYLOAD_CRC_OFFSET);
    }
}
