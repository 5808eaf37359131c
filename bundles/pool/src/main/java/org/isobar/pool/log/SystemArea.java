package org.isobar.pool.log;

import org.isobar.api.device.DeviceLayout;
import org.isobar.common.Check;

/**
 * How the log divides a device's system area: two blocks for epoch promises, written in turn, then two halves of equal
 * length. A half holds a checkpoint from its first byte and the batches after it, all in multiples of
 * {@value #BLOCK_BYTES} bytes.
 *
 * @param offset first byte of the area on the device
 * @param halfBytes length of a half, a multiple of {@value #BLOCK_BYTES}
 */
public record SystemArea(long offset, int halfBytes) {
    /** What everything is a multiple of. */
    public static final int BLOCK_BYTES = 4096;

    /** Number of halves, and of promise blocks. */
    public static final int HALVES = 2;

    private static final long HALF_BYTES_MAX = 1 << 30;
    private static final long HALF_BYTES_MIN = 128 << 10;
    private static final int BATCHES_PER_HALF_MIN = 6;
    private static final int ORDINARY_BATCHES = 3;
    private static final int DROP_RESERVE_DIVISOR = 16;
    private static final int SHRINK_RESERVE_DIVISOR = 16;

    /**
     * The area of a device.
     *
     * @throws IllegalArgumentException when it is too small
     */
    public static SystemArea of(final DeviceLayout layout) {
        final long half = (layout.systemLength() - HALVES * BLOCK_BYTES) / HALVES / BLOCK_BYTES * BLOCK_BYTES;
        Check.range("system area half", half, HALF_BYTES_MIN, Long.MAX_VALUE);
        return new SystemArea(layout.systemOffset(), (int) Math.min(half, HALF_BYTES_MAX));
    }

    /** Where an epoch is promised. */
    public long promiseOffset(final long epoch) {
        return offset + (epoch & 1) * BLOCK_BYTES;
    }

    /** First byte of a half on the device. */
    public long halfOffset(final int half) {
        return offset + HALVES * BLOCK_BYTES + (long) half * halfBytes;
    }

    /** Longest batch that is written here, its header included. */
    int batchBytesMax(final LogSettings settings) {
        return Math.min(settings.batchBytesMax(), padded(halfBytes / BATCHES_PER_HALF_MIN) - BLOCK_BYTES);
    }

    /** What an ordinary batch leaves free, for the records that take failed devices off the ACTIVE list. */
    int dropReserveBytes() {
        return padded(halfBytes / DROP_RESERVE_DIVISOR);
    }

    /** Longest checkpoint at all: one batch goes behind it. */
    int checkpointBytesMax(final LogSettings settings) {
        return halfBytes - BLOCK_BYTES - batchBytesMax(settings) - dropReserveBytes();
    }

    /**
     * Longest checkpoint that ordinary records may lead to: several batches go behind it. What is left up to
     * {@link #checkpointBytesMax} is for records that shrink the state or must not fail.
     */
    int ordinaryBytesMax(final LogSettings settings) {
        final int max = halfBytes - BLOCK_BYTES - ORDINARY_BATCHES * batchBytesMax(settings) - dropReserveBytes();
        return max - max / SHRINK_RESERVE_DIVISOR;
    }

    /**
     * Longest checkpoint that {@link Claim#URGENT} records may lead to: they leave half of what is kept free to those that
     * shrink the state, so that there is always a way back.
     */
    int urgentBytesMax(final LogSettings settings) {
        final int ordinary = ordinaryBytesMax(settings);
        return ordinary + (checkpointBytesMax(settings) - ordinary) / 2;
    }

    /** The next multiple of {@value #BLOCK_BYTES}. */
    static int padded(final int lengthBytes) {
        return (lengthBytes + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
    }
}
