package org.isobar.common.kernel;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * Parity kernel over direct buffers. The loops are plain so that the JIT vectorises them. Buffers must be backed by one
 * NIO buffer; lengths are bytes and need not be a multiple of 8.
 */
public final class Xor {
    private Xor() {}

    /** {@code target ^= source}, byte by byte. The two ranges must not overlap unless they are the same. */
    public static void into(
            final ByteBuf source,
            final int sourceIndex,
            final ByteBuf target,
            final int targetIndex,
            final int lengthBytes) {
        // internalNioBuffer is one object per ByteBuf, so positions are read out before the next call may move them.
        final ByteBuffer from = source.internalNioBuffer(0, source.capacity());
        final int fromAt = from.position() + sourceIndex;
        final ByteBuffer to = target.internalNioBuffer(0, target.capacity());
        final int toAt = to.position() + targetIndex;
        final int longs = lengthBytes & ~7;
        for (int i = 0; i < longs; i += 8) {
            to.putLong(toAt + i, to.getLong(toAt + i) ^ from.getLong(fromAt + i));
        }
        for (int i = longs; i < lengthBytes; i++) {
            to.put(toAt + i, (byte) (to.get(toAt + i) ^ from.get(fromAt + i)));
        }
    }

    /** Whether all bytes of the range are zero. */
    public static boolean allZero(final ByteBuf data, final int index, final int lengthBytes) {
        final int longs = lengthBytes & ~7;
        final ByteBuffer bytes = data.internalNioBuffer(0, data.capacity());
        final int at = bytes.position() + index;
        for (int i = 0; i < longs; i += 8) {
            if (bytes.getLong(at + i) != 0L) {
                return false;
            }
        }
        for (int i = longs; i < lengthBytes; i++) {
            if (bytes.get(at + i) != 0) {
                return false;
            }
        }
        return true;
    }
}
