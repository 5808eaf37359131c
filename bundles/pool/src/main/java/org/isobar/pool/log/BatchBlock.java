package org.isobar.pool.log;

import io.netty.buffer.ByteBuf;
import java.util.UUID;
import org.isobar.common.kernel.Crc32c;

/**
 * View over one batch: a header and records behind it, each with its length and kind. One CRC covers it all, so a batch
 * is there wholly or not at all. Holds no bytes of its own.
 */
final class BatchBlock {
    /** Bytes before the first record. */
    static final int HEADER_BYTES = 64;
    /** Bytes before each record's own. */
    static final int RECORD_HEADER_BYTES = 8;

    /** A record of the state machine. */
    static final int KIND_STATE = 1;
    /** The new ACTIVE list: UUIDs, one after the other. */
    static final int KIND_ACTIVE = 2;

    private static final long MAGIC = 0x49534F4241524241L;
    private static final int RECORD_COUNT_OFFSET = 20;
    private static final int EPOCH_OFFSET = 24;
    private static final int SEQUENCE_OFFSET = 32;
    private static final int LOG_ID_OFFSET = 40;
    private static final int KIND_OFFSET = 4;

    private final ByteBuf data;
    private final int index;

    BatchBlock(final ByteBuf data, final int index) {
        this.data = data;
        this.index = index;
    }

    /** Writes the header over the records that are in place, and zeros up to the next block. */
    void seal(final int lengthBytes, final int records, final UUID logId, final Position position, final Crc32c crc) {
        data.setZero(index, HEADER_BYTES);
        data.setInt(index + RECORD_COUNT_OFFSET, records);
        data.setLong(index + EPOCH_OFFSET, position.epoch());
        data.setLong(index + SEQUENCE_OFFSET, position.sequence());
        LogFormat.setUuid(data, index + LOG_ID_OFFSET, logId);
        LogFormat.seal(data, index, MAGIC, lengthBytes, crc);
        data.setZero(index + lengthBytes, SystemArea.padded(lengthBytes) - lengthBytes);
    }

    boolean present() {
        return data.getLong(index + LogFormat.MAGIC_OFFSET) == MAGIC;
    }

    int version() {
        return data.getInt(index + LogFormat.VERSION_OFFSET);
    }

    /** Its bytes without the zeros at the end; may be anything in a torn batch. */
    int lengthBytes() {
        return data.getInt(index + LogFormat.LENGTH_OFFSET);
    }

    boolean lengthPlausible() {
        return lengthBytes() >= HEADER_BYTES && lengthBytes() <= HalfImage.WINDOW_BYTES;
    }

    boolean intact(final Crc32c crc) {
        return LogFormat.intact(data, index, lengthBytes(), crc);
    }

    Position position() {
        return new Position(data.getLong(index + EPOCH_OFFSET), data.getLong(index + SEQUENCE_OFFSET));
    }

    UUID logId() {
        return LogFormat.uuid(data, index + LOG_ID_OFFSET);
    }

    int recordCount() {
        return data.getInt(index + RECORD_COUNT_OFFSET);
    }

    /** Puts a record's header at a place and returns where its bytes go. */
    int startRecord(final int at, final int lengthBytes, final int kind) {
        data.setInt(index + at, lengthBytes);
        data.setInt(index + at + KIND_OFFSET, kind);
        return index + at + RECORD_HEADER_BYTES;
    }

    int recordBytes(final int at) {
        return data.getInt(index + at);
    }

    int recordKind(final int at) {
        return data.getInt(index + at + KIND_OFFSET);
    }
}
