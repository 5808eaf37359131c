package org.isobar.api.device;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import org.isobar.common.kernel.Crc32c;

/**
 * One block of a device's checksum area: the CRC32C of {@value #ENTRIES} successive blocks of {@value #DATA_BYTES} bytes
 * of a chunklet. It consists of sectors of 512 bytes that stand each for itself, so that one torn by a power loss is
 * old or new in every sector. Big-endian; a sector is a header of 32 bytes (magic, number of the sector in its chunklet,
 * set, column, CRC32C of the sector with this field zero) and 120 checksums.
 *
 * <p>A checksum is stored as it is, except that {@link #UNKNOWN} and {@link #BAD} have a meaning of their own. What is
 * not a sector of this very place (never written, left by another set, damaged) reads as unknown.
 */
public final class SumBlock {
    /** Length of a block. */
    public static final int BYTES = 4096;
    /** Length of what one checksum covers. */
    public static final int DATA_BYTES = 4096;
    /** The checksum is lost, or never was: the block's content counts only when redundancy cannot give it. */
    public static final int UNKNOWN = 0;
    /** The block's content is lost: whatever is there is wrong. */
    public static final int BAD = 1;

    private static final int SECTOR_BYTES = 512;
    private static final int SECTORS = BYTES / SECTOR_BYTES;
    private static final int HEADER_BYTES = 32;
    private static final int SECTOR_ENTRIES = (SECTOR_BYTES - HEADER_BYTES) / Integer.BYTES;
    /** Checksums in a block. */
    public static final int ENTRIES = SECTORS * SECTOR_ENTRIES;

    private static final int MAGIC = 0x49535501; // "ISU", version 1
    private static final int NUMBER_OFFSET = 4;
    private static final int SET_OFFSET = 8;
    private static final int COLUMN_OFFSET = 16;
    private static final int CRC_OFFSET = 20;

    /** Stands in for the two checksums that have another meaning. */
    private static final int ESCAPED = 2;

    /** Checksum of a block of zeros. */
    public static final int ZERO = of(new Crc32c(), Unpooled.wrappedBuffer(new byte[DATA_BYTES]), 0);

    private SumBlock() {}

    /** Length of the checksums of a chunklet, a multiple of {@value #BYTES}. */
    public static long bytesFor(final long chunkletBytes) {
        final long entries = chunkletBytes / DATA_BYTES;
        return (entries + ENTRIES - 1) / ENTRIES * BYTES;
    }

    /** The checksum of {@value #DATA_BYTES} bytes from absolute {@code index}, as it is stored. */
    public static int of(final Crc32c crc, final ByteBuf data, final int index) {
        final int value = crc.of(data, index, DATA_BYTES);
        return value == UNKNOWN || value == BAD ? ESCAPED : value;
    }

    /**
     * Writes a block.
     *
     * @param number of the block in its chunklet
     * @param sums {@value #ENTRIES} checksums
     */
    public static void encode(
            final int[] sums, final long setId, final int column, final int number, final byte[] target) {
        final ByteBuffer view = ByteBuffer.wrap(target);
        final Crc32c crc = new Crc32c();
        for (int sector = 0; sector < SECTORS; sector++) {
            final int at = sector * SECTOR_BYTES;
            putHeader(view, at, number * SECTORS + sector, setId, column);
            for (int entry = 0; entry < SECTOR_ENTRIES; entry++) {
                view.putInt(at + HEADER_BYTES + entry * Integer.BYTES, sums[sector * SECTOR_ENTRIES + entry]);
            }
            view.putInt(
                    at + CRC_OFFSET,
                    crc.reset().update(target, at, SECTOR_BYTES).value());
        }
    }

    private static void putHeader(
            final ByteBuffer view, final int at, final int number, final long setId, final int column) {
        for (int i = 0; i < HEADER_BYTES; i += Long.BYTES) {
            view.putLong(at + i, 0);
        }
        view.putInt(at, MAGIC);
        view.putInt(at + NUMBER_OFFSET, number);
        view.putLong(at + SET_OFFSET, setId);
        view.putInt(at + COLUMN_OFFSET, column);
    }

    /**
     * Reads a block.
     *
     * @param from the block; not changed
     * @param sums receives the checksums
     * @return number of sectors that are not this place's: their checksums are unknown
     */
    public static int decode(
            final byte[] from, final long setId, final int column, final int number, final int[] sums) {
        final ByteBuffer view = ByteBuffer.wrap(from);
        final Crc32c crc = new Crc32c();
        int lost = 0;
        for (int sector = 0; sector < SECTORS; sector++) {
            final int at = sector * SECTOR_BYTES;
            final boolean own = sound(view, from, at, crc)
                    && view.getLong(at + SET_OFFSET) == setId
                    && view.getInt(at + COLUMN_OFFSET) == column
                    && view.getInt(at + NUMBER_OFFSET) == number * SECTORS + sector;
            for (int entry = 0; entry < SECTOR_ENTRIES; entry++) {
                sums[sector * SECTOR_ENTRIES + entry] =
                        own ? view.getInt(at + HEADER_BYTES + entry * Integer.BYTES) : UNKNOWN;
            }
            lost += own ? 0 : 1;
        }
        return lost;
    }

    private static boolean sound(final ByteBuffer view, final byte[] from, final int at, final Crc32c crc) {
        final int before = at + CRC_OFFSET;
        final int after = before + Integer.BYTES;
        return view.getInt(at) == MAGIC
                && view.getInt(before)
                        == crc.reset()
                                .update(from, at, CRC_OFFSET)
                                .update(new byte[Integer.BYTES], 0, Integer.BYTES)
                                .update(from, after, at + SECTOR_BYTES - after)
                                .value();
    }
}
