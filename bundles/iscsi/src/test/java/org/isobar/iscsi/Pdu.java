package org.isobar.iscsi;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A raw PDU as a test builds or receives it. */
final class Pdu {
    static final int FINAL = 0x80;

    final ByteBuffer header = ByteBuffer.allocate(48);
    byte[] additionalHeader = new byte[0];
    byte[] data = new byte[0];

    Pdu() {}

    Pdu(final int opcode, final int flags) {
        header.put(0, (byte) opcode).put(1, (byte) flags);
    }

    static Pdu scsi(final int flags, final int expectedBytes, final byte[] cdb) {
        final Pdu pdu = new Pdu(Opcode.SCSI_COMMAND, flags).with(20, expectedBytes);
        pdu.header.put(32, cdb, 0, Math.min(cdb.length, 16));
        return pdu;
    }

    static Pdu read(final int lba, final int blocks) {
        return scsi(FINAL | 0x40, blocks * MemoryDisk.BLOCK_BYTES, cdb(0x28, lba, blocks));
    }

    static Pdu write(final int flags, final int lba, final int blocks) {
        return scsi(flags | 0x20, blocks * MemoryDisk.BLOCK_BYTES, cdb(0x2A, lba, blocks));
    }

    static byte[] cdb(final int opcode, final int lba, final int blocks) {
        return ByteBuffer.allocate(16)
                .put(0, (byte) opcode)
                .putInt(2, lba)
                .putShort(7, (short) blocks)
                .array();
    }

    static Pdu dataOut(final int flags, final int transferTag, final int dataSn, final int offset) {
        return new Pdu(Opcode.DATA_OUT, flags)
                .with(20, transferTag)
                .with(36, dataSn)
                .with(40, offset);
    }

    static Pdu taskManagement(final int function, final int referencedTag, final int refCmdSn) {
        return new Pdu(Opcode.TASK_MANAGEMENT, FINAL | function)
                .immediate()
                .with(20, referencedTag)
                .with(32, refCmdSn);
    }

    Pdu immediate() {
        header.put(0, (byte) (header.get(0) | 0x40));
        return this;
    }

    Pdu with(final int offset, final int value) {
        header.putInt(offset, value);
        return this;
    }

    Pdu lun(final long lun) {
        header.putLong(8, lun);
        return this;
    }

    Pdu data(final byte[] bytes) {
        data = bytes;
        return this;
    }

    Pdu text(final String... pairs) {
        return data((String.join("\0", pairs) + "\0").getBytes(StandardCharsets.UTF_8));
    }

    int opcode() {
        return header.get(0) & 0x3F;
    }

    boolean isImmediate() {
        return (header.get(0) & 0x40) != 0;
    }

    int flags() {
        return header.get(1) & 0xFF;
    }

    boolean isFinal() {
        return (flags() & FINAL) != 0;
    }

    int response() {
        return header.get(2) & 0xFF;
    }

    int status() {
        return header.get(3) & 0xFF;
    }

    int tag() {
        return header.getInt(16);
    }

    int transferTag() {
        return header.getInt(20);
    }

    int statSn() {
        return header.getInt(24);
    }

    int expCmdSn() {
        return header.getInt(28);
    }

    int maxCmdSn() {
        return header.getInt(32);
    }

    int dataSn() {
        return header.getInt(36);
    }

    int bufferOffset() {
        return header.getInt(40);
    }

    int residual() {
        return header.getInt(44);
    }

    int loginStatus() {
        return header.getShort(36) & 0xFFFF;
    }

    int tsih() {
        return header.getShort(14) & 0xFFFF;
    }

    /** Sense key, code and qualifier as one number, 0 without sense. */
    int sense() {
        return data.length < 16 ? 0 : (data[4] & 0xFF) << 16 | (data[14] & 0xFF) << 8 | (data[15] & 0xFF);
    }

    /** All values of one key. */
    List<String> values(final String key) {
        return Arrays.stream(new String(data, StandardCharsets.UTF_8).split("\0", -1))
                .filter(pair -> pair.startsWith(key + "="))
                .map(pair -> pair.substring(key.length() + 1))
                .toList();
    }

    Map<String, String> keys() {
        final Map<String, String> keys = new LinkedHashMap<>();
        for (final String pair : new String(data, StandardCharsets.UTF_8).split("\0", -1)) {
            if (!pair.isEmpty()) {
                final int equals = pair.indexOf('=');
                keys.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return keys;
    }

    @Override
    public String toString() {
        return String.format(
                "opcode=%02x flags=%02x response=%02x status=%02x data=%d header=%s",
                opcode(), flags(), response(), status(), data.length, Arrays.toString(header.array()));
    }
}
