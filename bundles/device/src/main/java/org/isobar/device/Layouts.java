package org.isobar.device;

import org.isobar.api.StorageException;
import org.isobar.api.StorageException.Code;
import org.isobar.api.device.DeviceLayout;
import org.isobar.api.device.SumBlock;
import org.isobar.api.device.Superblock;

/**
 * Lays out a new device: superblock, write-intent area, system area, checksum area, chunklets, and the second superblock in the last
 * 4 KiB. See {@code DeviceLayout} for who owns what.
 */
final class Layouts {
    private static final long MIB = 1L << 20;
    private static final long INTENT_OFFSET = 64L << 10;
    private static final long INTENT_MIN_BYTES = 64L << 10;
    private static final long INTENT_UNIT_BYTES = 4096;
    /** Chunklets whose sets' intent bits fit in one unit. */
    private static final long CHUNKLETS_PER_INTENT_UNIT = 128;
    /** Each half of the system area: at least this, or one byte in so many of the device. */
    private static final long SYSTEM_HALF_MIN_BYTES = 8 * MIB;

    private static final long SYSTEM_SHARE = 4096;

    private Layouts() {}

    /**
     * The layout of a device of this size.
     *
     * @throws StorageException INVALID naming the smallest size that would do
     */
    static DeviceLayout of(final long sizeBytes, final long chunkletBytes) {
        return of(sizeBytes, chunkletBytes, true);
    }

    /** As above, with or without room for checksums. */
    static DeviceLayout of(final long sizeBytes, final long chunkletBytes, final boolean checksums) {
        final long chunkletsAtMost = sizeBytes / chunkletBytes;
        final long intentUnits = (chunkletsAtMost + CHUNKLETS_PER_INTENT_UNIT - 1) / CHUNKLETS_PER_INTENT_UNIT;
        final long intentLength = Math.max(INTENT_MIN_BYTES, intentUnits * INTENT_UNIT_BYTES);
        final long systemOffset = roundUp(INTENT_OFFSET + intentLength);
        final long systemLength = roundUp(2 * Math.max(SYSTEM_HALF_MIN_BYTES, sizeBytes / SYSTEM_SHARE));
        final long sumsOffset = systemOffset + systemLength;
        final long sumsLength = checksums ? roundUp(chunkletsAtMost * SumBlock.bytesFor(chunkletBytes)) : 0;
        final long dataOffset = sumsOffset + sumsLength;
        final long count = (sizeBytes - Superblock.BYTES - dataOffset) / chunkletBytes;
        if (sizeBytes - Superblock.BYTES - dataOffset < chunkletBytes) {
            throw new StorageException(
                    Code.INVALID,
                    "device is too small: bytes=" + sizeBytes + " minimum=" + minimumBytes(chunkletBytes));
        }
        if (count > Integer.MAX_VALUE) {
            throw new StorageException(
                    Code.INVALID, "device has too many chunklets: chunklet.bytes=" + chunkletBytes + " is too small");
        }
        return new DeviceLayout(
                INTENT_OFFSET,
                intentLength,
                systemOffset,
                systemLength,
                sumsOffset,
                sumsLength,
                dataOffset,
                chunkletBytes,
                (int) count);
    }

    /** Smallest device that holds one chunklet; chunklets are at most 1 GiB, so all areas have their least length. */
    static long minimumBytes(final long chunkletBytes) {
        return MIB
                + roundUp(2 * SYSTEM_HALF_MIN_BYTES)
                + roundUp(SumBlock.bytesFor(chunkletBytes))
                + chunkletBytes
                + Superblock.BYTES;
    }

    private static long roundUp(final long bytes) {
        return (bytes + MIB - 1) / MIB * MIB;
    }
}
