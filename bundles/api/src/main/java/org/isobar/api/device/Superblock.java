package org.isobar.api.device;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * A device's label, kept in its first and last {@value #BYTES} bytes, and its codec. Numbers are big-endian. The
 * checksum is over the record with the checksum field zero; the rest of the block is zero.
 *
 * @param device identity of the device
 * @param member identity of the member that owns it
 * @param group identity of the member's group
 * @param generation grows with every rewrite; the higher of two valid copies counts
 * @param sizeBytes usable length when it was labelled, a multiple of 4096
 * @param sectorBytes physical sector length when it was labelled
 * @param layout where things are
 */
public record Superblock(
        UUID device, UUID member, UUID group, long generation, long sizeBytes, int sectorBytes, DeviceLayout layout) {
    /** Length of the block that holds the record. */
    public static final int BYTES = 4096;

    /** {@code ISOBARSB}. */
    private static final long MAGIC = 0x49534F4241525342L;

    private static final int VERSION = 2;
    /** Without a checksum area. */
    private static final int VERSION_WITHOUT_SUMS = 1;

    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = 8;
    private static final int LENGTH_OFFSET = 12;
    private static final int CRC_OFFSET = 16;
    private static final int SECTOR_OFFSET = 20;
    private static final int DEVICE_OFFSET = 24;
    private static final int MEMBER_OFFSET = 40;
    private static final int GROUP_OFFSET = 56;
    private static final int GENERATION_OFFSET = 72;
    private static final int SIZE_OFFSET = 80;
    private static final int INTENT_OFFSET = 88;
    private static final int INTENT_LENGTH_OFFSET = 96;
    private static final int SYSTEM_OFFSET = 104;
    private static final int SYSTEM_LENGTH_OFFSET = 112;
    private static final int DATA_OFFSET = 120;
    private static final int CHUNKLET_BYTES_OFFSET = 128;
    private static final int CHUNKLET_COUNT_OFFSET = 136;
    private static final int RECORD_BYTES_WITHOUT_SUMS = 144;
    private static final int SUMS_OFFSET = 144;
    private static final int SUMS_LENGTH_OFFSET = 152;
    private static final int RECORD_BYTES = 160;

    /** What a block that may hold a label turned out to be. */
    public enum Kind {
        /** A label of ours, whole. */
        VALID,
        /** Not a label. */
        NONE,
        /** Was a label, but is damaged. */
        DAMAGED,
        /** A label of a later release. */
        UNKNOWN_VERSION
    }

    /** The whole block, ready to be written. */
    public ByteBuffer encode() {
        final ByteBuffer block = ByteBuffer.allocate(BYTES);
        block.putLong(MAGIC_OFFSET, MAGIC);
        block.putInt(VERSION_OFFSET, VERSION);
        block.putInt(LENGTH_OFFSET, RECORD_BYTES);
        block.putInt(SECTOR_OFFSET, sectorBytes);
        put(block, DEVICE_OFFSET, device);
        put(block, MEMBER_OFFSET, member);
        put(block, GROUP_OFFSET, group);
        block.putLong(GENERATION_OFFSET, generation);
        block.putLong(SIZE_OFFSET, sizeBytes);
        block.putLong(INTENT_OFFSET, layout.intentOffset());
        block.putLong(INTENT_LENGTH_OFFSET, layout.intentLength());
        block.putLong(SYSTEM_OFFSET, layout.systemOffset());
        block.putLong(SYSTEM_LENGTH_OFFSET, layout.systemLength());
        block.putLong(DATA_OFFSET, layout.dataOffset());
        block.putLong(CHUNKLET_BYTES_OFFSET, layout.chunkletBytes());
        block.putInt(CHUNKLET_COUNT_OFFSET, layout.chunkletCount());
        block.putLong(SUMS_OFFSET, layout.sumsOffset());
        block.putLong(SUMS_LENGTH_OFFSET, layout.sumsLength());
        block.putInt(CRC_OFFSET, checksum(block, RECORD_BYTES));
        return block;
    }

    /** Looks at a block of {@value #BYTES} bytes. */
    public static Kind kind(final ByteBuffer block) {
        if (block.getLong(MAGIC_OFFSET) != MAGIC) {
            return Kind.NONE;
        }
        final int version = block.getInt(VERSION_OFFSET);
        if (version != VERSION && version != VERSION_WITHOUT_SUMS) {
            return Kind.UNKNOWN_VERSION;
        }
        final int length = version == VERSION ? RECORD_BYTES : RECORD_BYTES_WITHOUT_SUMS;
        final boolean whole =
                block.getInt(LENGTH_OFFSET) == length && block.getInt(CRC_OFFSET) == checksum(block, length);
        return whole ? Kind.VALID : Kind.DAMAGED;
    }

    /** Reads a block that is {@link Kind#VALID}; one of the first version has zeros where the checksum area is named. */
    public static Superblock decode(final ByteBuffer block) {
        return new Superblock(
                uuid(block, DEVICE_OFFSET),
                uuid(block, MEMBER_OFFSET),
                uuid(block, GROUP_OFFSET),
                block.getLong(GENERATION_OFFSET),
                block.getLong(SIZE_OFFSET),
                block.getInt(SECTOR_OFFSET),
                new DeviceLayout(
                        block.getLong(INTENT_OFFSET),
                        block.getLong(INTENT_LENGTH_OFFSET),
                        block.getLong(SYSTEM_OFFSET),
                        block.getLong(SYSTEM_LENGTH_OFFSET),
                        block.getLong(SUMS_OFFSET),
                        block.getLong(SUMS_LENGTH_OFFSET),
                        block.getLong(DATA_OFFSET),
                        block.getLong(CHUNKLET_BYTES_OFFSET),
                        block.getInt(CHUNKLET_COUNT_OFFSET)));
    }

    /** Where the second copy is. */
    public long secondOffset() {
        return sizeBytes - BYTES;
    }

    private static int checksum(final ByteBuffer block, final int length) {
        final ByteBuffer record = ByteBuffer.allocate(length);
        for (int at = 0; at < length; at += Integer.BYTES) {
            record.putInt(at, at == CRC_OFFSET ? 0 : block.getInt(at));
        }
        final CRC32C crc = new CRC32C();
        crc.update(record);
        return (int) crc.getValue();
    }

    private static void put(final ByteBuffer block, final int at, final UUID uuid) {
        block.putLong(at, uuid.getMostSignificantBits());
        block.putLong(at + Long.BYTES, uuid.getLeastSignificantBits());
    }

    private static UUID uuid(final ByteBuffer block, final int at) {
        return new UUID(block.getLong(at), block.getLong(at + Long.BYTES));
    }
}
