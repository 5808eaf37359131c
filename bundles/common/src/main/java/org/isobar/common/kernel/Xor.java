package org.isobar.common.kernel;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Parity kernel for one source; {@link ParitySum} is for several. Words are taken in the machine's own byte order, which
 * XOR does not mind. Buffers must be backed by one NIO buffer; lengths are bytes and need not be a multiple of 8.
 */
public final class Xor {
    private static final VarHandle WORDS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private Xor() {}

    /** {@code target ^= source}, byte by byte. The two ranges must not overlap unless they are the same. */
    public static void into(
            final ByteBuf source,
            final int sourceIndex,
            final ByteBuf target,
            final int targetIndex,
            final int lengthBytes) {
        // One object per ByteBuf, so its position is read out before the next call moves it.
        final ByteBuffer from = bytes(source, sourceIndex, lengthBytes);
        final int fromAt = from.position();
        from.clear();
        final ByteBuffer to = bytes(target, targetIndex, lengthBytes);
        final int toAt = to.position();
        to.clear();
        final int words = lengthBytes & -Long.BYTES;
        for (int i = 0; i < words; i += Long.BYTES) {
            WORDS.set(to, toAt + i, (long) WORDS.get(to, toAt + i) ^ (long) WORDS.get(from, fromAt + i));
        }
        for (int i = words; i < lengthBytes; i++) {
            to.put(toAt + i, (byte) (to.get(toAt + i) ^ from.get(fromAt + i)));
        }
    }

    /** Whether all bytes of the range are zero. */
    public static boolean allZero(final ByteBuf data, final int index, final int lengthBytes) {
        final ByteBuffer bytes = bytes(data, index, lengthBytes);
        final int at = bytes.position();
        final int words = lengthBytes & -Long.BYTES;
        for (int i = 0; i < words; i += Long.BYTES) {
            if ((long) WORDS.get(bytes, at + i) != 0L) {
                return false;
            }
        }
        for (int i = words; i < lengthBytes; i++) {
            if (bytes.get(at + i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static ByteBuffer bytes(final ByteBuf buffer, final int index, final int lengthBytes) {
        Objects.checkFromIndexSize(index, lengthBytes, buffer.capacity());
        return buffer.internalNioBuffer(index, lengthBytes);
    }
}
