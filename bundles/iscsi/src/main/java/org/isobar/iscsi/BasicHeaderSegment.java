package org.isobar.iscsi;

import io.netty.buffer.ByteBuf;

/**
 * View over the 48-byte Basic Header Segment of one PDU (RFC 7143 §11.2.1), read or being written; holds no bytes of its
 * own. Fields that share an offset carry the names they have in their PDUs.
 */
final class BasicHeaderSegment {
    /** Length of every basic header segment. */
    static final int BYTES = 48;
    /** The reserved task or transfer tag. */
    static final int NO_TAG = 0xFFFFFFFF;
    /** Bit 7 of byte 1 in most PDUs: the final PDU of a sequence. */
    static final int FINAL = 0x80;

    private static final int IMMEDIATE = 0x40;
    private static final int OPCODE_MASK = 0x3F;

    private static final int FLAGS_OFFSET = 1;
    private static final int RESPONSE_OFFSET = 2;
    private static final int STATUS_OFFSET = 3;
    private static final int TOTAL_AHS_LENGTH_OFFSET = 4;
    private static final int DATA_SEGMENT_LENGTH_OFFSET = 5;
    private static final int LUN_OFFSET = 8;
    private static final int TSIH_OFFSET = 14;
    private static final int INITIATOR_TASK_TAG_OFFSET = 16;
    private static final int TARGET_TRANSFER_TAG_OFFSET = 20;
    private static final int CMD_SN_OFFSET = 24;
    private static final int EXP_STAT_SN_OFFSET = 28;
    private static final int CDB_OFFSET = 32;
    private static final int DATA_SN_OFFSET = 36;
    private static final int BUFFER_OFFSET_OFFSET = 40;
    private static final int RESIDUAL_OFFSET = 44;

    private ByteBuf buffer;
    private int offset;

    /** Lays the view over the bytes from {@code index}. */
    BasicHeaderSegment wrap(final ByteBuf bytes, final int index) {
        buffer = bytes;
        offset = index;
        return this;
    }

    ByteBuf buffer() {
        return buffer;
    }

    int offset() {
        return offset;
    }

    int opcode() {
        return buffer.getByte(offset) & OPCODE_MASK;
    }

    /** Whether the command is for immediate delivery (RFC 7143 §11.2.1.1). */
    boolean immediate() {
        return (buffer.getByte(offset) & IMMEDIATE) != 0;
    }

    /** Byte 1, whose bits belong to the opcode. */
    int flags() {
        return buffer.getUnsignedByte(offset + FLAGS_OFFSET);
    }

    boolean isFinal() {
        return (flags() & FINAL) != 0;
    }

    /** Length of all additional header segments in bytes (RFC 7143 §11.2.1.5). */
    int additionalHeaderBytes() {
        return buffer.getUnsignedByte(offset + TOTAL_AHS_LENGTH_OFFSET) * Integer.BYTES;
    }

    /** Data segment length in bytes, padding excluded (RFC 7143 §11.2.1.6). */
    int dataSegmentBytes() {
        return buffer.getUnsignedMedium(offset + DATA_SEGMENT_LENGTH_OFFSET);
    }

    long lun() {
        return buffer.getLong(offset + LUN_OFFSET);
    }

    int initiatorTaskTag() {
        return buffer.getInt(offset + INITIATOR_TASK_TAG_OFFSET);
    }

    int targetTransferTag() {
        return buffer.getInt(offset + TARGET_TRANSFER_TAG_OFFSET);
    }

    int cmdSn() {
        return buffer.getInt(offset + CMD_SN_OFFSET);
    }

    /** Data-Out (RFC 7143 §11.7.5). */
    int dataSn() {
        return buffer.getInt(offset + DATA_SN_OFFSET);
    }

    /** Data-Out, unsigned (RFC 7143 §11.7.6). */
    long bufferOffset() {
        return buffer.getUnsignedInt(offset + BUFFER_OFFSET_OFFSET);
    }

    /** SCSI Command, unsigned (RFC 7143 §11.3.4). */
    long expectedDataTransferBytes() {
        return buffer.getUnsignedInt(offset + TARGET_TRANSFER_TAG_OFFSET);
    }

    /** SCSI Command: copies the 16 bytes that every command carries (RFC 7143 §11.3.5). */
    void copyCdb(final byte[] cdb) {
        buffer.getBytes(offset + CDB_OFFSET, cdb, 0, BYTES - CDB_OFFSET);
    }

    /** Task management (RFC 7143 §11.5.5). */
    int referencedTaskTag() {
        return buffer.getInt(offset + TARGET_TRANSFER_TAG_OFFSET);
    }

    /** Task management (RFC 7143 §11.5.6). */
    int refCmdSn() {
        return buffer.getInt(offset + CDB_OFFSET);
    }

    /** Login and logout: connection id. */
    int connectionId() {
        return buffer.getUnsignedShort(offset + TARGET_TRANSFER_TAG_OFFSET);
    }

    /** Login: lowest version the initiator speaks (RFC 7143 §11.12.4). */
    int versionMin() {
        return buffer.getUnsignedByte(offset + STATUS_OFFSET);
    }

    /** Login: the 6-byte initiator session id, right-aligned (RFC 7143 §11.12.5). */
    long isid() {
        return lun() >>> Short.SIZE;
    }

    /** Login (RFC 7143 §11.12.6). */
    int tsih() {
        return buffer.getUnsignedShort(offset + TSIH_OFFSET);
    }

    // Setters, for PDUs being written over zeroed bytes.

    BasicHeaderSegment start(final int opcode, final int flags) {
        buffer.setByte(offset, opcode);
        buffer.setByte(offset + FLAGS_OFFSET, flags);
        return this;
    }

    /** Byte 2: response or reason. */
    BasicHeaderSegment response(final int value) {
        buffer.setByte(offset + RESPONSE_OFFSET, value);
        return this;
    }

    /** Byte 3: SCSI status, or the version in use in a login answer. */
    BasicHeaderSegment status(final int value) {
        buffer.setByte(offset + STATUS_OFFSET, value);
        return this;
    }

    BasicHeaderSegment dataSegmentBytes(final int value) {
        buffer.setMedium(offset + DATA_SEGMENT_LENGTH_OFFSET, value);
        return this;
    }

    BasicHeaderSegment lun(final long value) {
        buffer.setLong(offset + LUN_OFFSET, value);
        return this;
    }

    BasicHeaderSegment isidAndTsih(final long isid, final int tsih) {
        return lun((isid << Short.SIZE) | tsih);
    }

    BasicHeaderSegment initiatorTaskTag(final int value) {
        buffer.setInt(offset + INITIATOR_TASK_TAG_OFFSET, value);
        return this;
    }

    BasicHeaderSegment targetTransferTag(final int value) {
        buffer.setInt(offset + TARGET_TRANSFER_TAG_OFFSET, value);
        return this;
    }

    /** The three sequence numbers that every PDU of a target carries. */
    BasicHeaderSegment sequence(final int statSn, final int expCmdSn, final int maxCmdSn) {
        buffer.setInt(offset + CMD_SN_OFFSET, statSn);
        buffer.setInt(offset + EXP_STAT_SN_OFFSET, expCmdSn);
        buffer.setInt(offset + CDB_OFFSET, maxCmdSn);
        return this;
    }

    /** DataSN, R2TSN or ExpDataSN. */
    BasicHeaderSegment dataSn(final int value) {
        buffer.setInt(offset + DATA_SN_OFFSET, value);
        return this;
    }

    BasicHeaderSegment bufferOffset(final int value) {
        buffer.setInt(offset + BUFFER_OFFSET_OFFSET, value);
        return this;
    }

    /** Residual count, or the desired length in an R2T. */
    BasicHeaderSegment residual(final int value) {
        buffer.setInt(offset + RESIDUAL_OFFSET, value);
        return this;
    }

    /** Login answer: class and detail (RFC 7143 §11.13.5). */
    BasicHeaderSegment loginStatus(final int value) {
        buffer.setShort(offset + DATA_SN_OFFSET, value);
        return this;
    }

    /** Logout answer (RFC 7143 §11.15.3 and 11.15.4), seconds. */
    BasicHeaderSegment timeToWaitAndRetain(final int waitSeconds, final int retainSeconds) {
        buffer.setShort(offset + BUFFER_OFFSET_OFFSET, waitSeconds);
        buffer.setShort(offset + BUFFER_OFFSET_OFFSET + Short.BYTES, retainSeconds);
        return this;
    }

    /** Asynchronous message (RFC 7143 §11.9): event code and its parameters. */
    BasicHeaderSegment asyncEvent(final int event, final int first, final int second, final int third) {
        buffer.setByte(offset + DATA_SN_OFFSET, event);
        buffer.setShort(offset + DATA_SN_OFFSET + Short.BYTES, first);
        buffer.setShort(offset + BUFFER_OFFSET_OFFSET, second);
        buffer.setShort(offset + BUFFER_OFFSET_OFFSET + Short.BYTES, third);
        return this;
    }
}
