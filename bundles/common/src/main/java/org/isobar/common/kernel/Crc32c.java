package org.isobar.common.kernel;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC32C (Castagnoli), as iSCSI digests (RFC 7143 §13.1) and all disk records use it. Not thread-safe: one per lane. */
public final class Crc32c {
    private final CRC32C crc = new CRC32C();

    /** Checksum of {@code lengthBytes} bytes from absolute {@code index}. */
    public int of(final ByteBuf data, final int index, final int lengthBytes) {
        crc.reset();
        update(data, index, lengthBytes);
        return value();
    }

    /** Starts a checksum over several pieces. */
    public Crc32c reset() {
        crc.reset();
        return this;
    }

    /** Adds a piece. */
    public Crc32c update(final ByteBuf data, final int index, final int lengthBytes) {
        if (data.nioBufferCount() == 1) {
            crc.update(data.internalNioBuffer(index, lengthBytes));
        } else {
            for (final ByteBuffer piece : data.nioBuffers(index, lengthBytes)) {
                crc.update(piece);
            }
        }
        return this;
    }

    /** Adds a piece of an array. */
    public Crc32c update(final byte[] data, final int index, final int lengthBytes) {
        crc.update(data, index, lengthBytes);
        return this;
    }

    /** The checksum of all pieces since the reset. */
    public int value() {
        return (int) crc.getValue();
    }
}
