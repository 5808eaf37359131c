package org.isobar.iscsi;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads the CDBs that {@link MemoryDisk} knows and makes its small answers. */
final class MemoryCdb {
    private final ByteBuffer cdb;
    private final int opcode;

    MemoryCdb(final byte[] cdb) {
        this.cdb = ByteBuffer.wrap(cdb);
        opcode = cdb[0] & 0xFF;
    }

    boolean isRead() {
        return opcode == 0x08 || opcode == 0x28 || opcode == 0xA8 || opcode == 0x88;
    }

    boolean isWrite() {
        return opcode == 0x0A || opcode == 0x2A || opcode == 0xAA || opcode == 0x8A;
    }

    long lba() {
        return switch (opcode >> 5) {
            case 0 -> cdb.getInt(0) & 0x1FFFFF;
            case 4 -> cdb.getLong(2);
            default -> cdb.getInt(2) & 0xFFFFFFFFL;
        };
    }

    int blocks() {
        return switch (opcode >> 5) {
            case 0 -> cdb.get(4) == 0 ? 256 : cdb.get(4) & 0xFF;
            case 4 -> cdb.getInt(10);
            case 5 -> cdb.getInt(6);
            default -> cdb.getShort(7) & 0xFFFF;
        };
    }

    int allocationBytes() {
        return switch (opcode) {
            case 0x12 -> cdb.getShort(3) & 0xFFFF;
            case 0x1A, 0x03 -> cdb.get(4) & 0xFF;
            case 0x5A -> cdb.getShort(7) & 0xFFFF;
            case 0xA0 -> cdb.getInt(6);
            case 0x9E -> cdb.getInt(10);
            default -> Integer.MAX_VALUE;
        };
    }

    /** The answer to everything but reads and writes; null when unknown. */
    byte[] answer(final long blockCount) {
        return switch (opcode) {
            case 0x00, 0x35, 0x91, 0x1B -> new byte[0];
            case 0x03 -> sense();
            case 0x12 -> inquiry();
            case 0x1A -> new byte[] {3, 0, 0, 0};
            case 0x5A -> new byte[] {0, 6, 0, 0, 0, 0, 0, 0};
            case 0x25 ->
                ByteBuffer.allocate(8)
                        .putInt((int) (blockCount - 1))
                        .putInt(MemoryDisk.BLOCK_BYTES)
                        .array();
            case 0x9E ->
                ByteBuffer.allocate(32)
                        .putLong(blockCount - 1)
                        .putInt(MemoryDisk.BLOCK_BYTES)
                        .array();
            case 0xA0 -> ByteBuffer.allocate(16).putInt(8).array();
            default -> null;
        };
    }

    private static byte[] sense() {
        final byte[] sense = new byte[18];
        sense[0] = 0x70;
        sense[7] = 10;
        return sense;
    }

    private byte[] inquiry() {
        if ((cdb.get(1) & 1) == 0) {
            final byte[] data = new byte[36];
            data[2] = 6;
            data[3] = 2;
            data[4] = 31;
            data[7] = 2;
            final byte[] names = "ISOBAR  MEMORY DISK     0001".getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(names, 0, data, 8, names.length);
            return data;
        }
        return switch (cdb.get(2) & 0xFF) {
            case 0x00 -> new byte[] {0, 0, 0, 3, 0, (byte) 0x80, (byte) 0x83};
            case 0x80 -> new byte[] {0, (byte) 0x80, 0, 4, 'M', 'E', 'M', '1'};
            case 0x83 -> new byte[] {0, (byte) 0x83, 0, 12, 2, 1, 0, 8, 'I', 'S', 'O', 'B', 'A', 'R', ' ', '1'};
            default -> null;
        };
    }
}
