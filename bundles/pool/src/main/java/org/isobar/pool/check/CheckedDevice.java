package org.isobar.pool.check;

import io.netty.buffer.ByteBuf;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.isobar.api.device.DeviceLayout;
import org.isobar.api.device.Superblock;

/** A device that is checked, and what its label says once that was found. */
final class CheckedDevice {
    private final CheckSource source;
    private Superblock label;

    CheckedDevice(final CheckSource source) {
        this.source = source;
    }

    String name() {
        return source.name();
    }

    /** Length now. */
    long sizeBytes() throws IOException {
        return source.sizeBytes();
    }

    /** The label that counts. */
    Superblock label() {
        return label;
    }

    void label(final Superblock found) {
        label = found;
    }

    UUID uuid() {
        return label.device();
    }

    DeviceLayout layout() {
        return label.layout();
    }

    /** Fills {@code into} from index 0. */
    void read(final long offset, final int lengthBytes, final ByteBuf into) throws IOException {
        fill(into.nioBuffer(0, lengthBytes), offset);
    }

    /** Reads a small piece. */
    ByteBuffer read(final long offset, final int lengthBytes) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocate(lengthBytes);
        fill(bytes, offset);
        return bytes.rewind();
    }

    private void fill(final ByteBuffer bytes, final long offset) throws IOException {
        final int start = bytes.position();
        while (bytes.hasRemaining()) {
            if (source.read(bytes, offset + bytes.position() - start) < 0) {
                throw new EOFException("ends at " + (offset + bytes.position() - start));
            }
        }
    }
}
