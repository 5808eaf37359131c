package org.isobar.device;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Reads small pieces of a device off the data path. */
final class DeviceBytes {
    private DeviceBytes() {}

    /** Exactly {@code length} bytes from {@code offset}; what lies beyond the end is zero. */
    static ByteBuffer read(final FileChannel channel, final long offset, final int length) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocate(length);
        int got = 0;
        while (bytes.hasRemaining() && got >= 0) {
            got = channel.read(bytes, offset + bytes.position());
        }
        return bytes.rewind();
    }
}
