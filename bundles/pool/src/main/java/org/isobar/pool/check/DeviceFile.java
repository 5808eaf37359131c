package org.isobar.pool.check;

import io.netty.buffer.ByteBuf;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.isobar.api.device.DeviceLayout;
import org.isobar.api.device.Superblock;

/** A device that is checked: open for reading only, with a shared lock that a running member does not let us have. */
final class DeviceFile implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private Superblock label;

    private DeviceFile(final Path path, final FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Opens it.
     *
     * @throws IOException when it cannot be opened, or a member has it open
     */
    static DeviceFile open(final Path path) throws IOException {
        final FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        final DeviceFile file = new DeviceFile(path, channel);
        boolean locked = false;
        try {
            locked = channel.tryLock(0, Long.MAX_VALUE, true) != null;
        } finally {
            if (!locked) {
                channel.close();
            }
        }
        if (!locked) {
            throw new IOException("is in use by a running member");
        }
        return file;
    }

    Path path() {
        return path;
    }

    /** Length now. */
    long sizeBytes() throws IOException {
        return channel.size();
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
        int done = 0;
        while (done < lengthBytes) {
            final int got = into.setBytes(done, channel, offset + done, lengthBytes - done);
            if (got < 0) {
                throw new EOFException("ends at " + (offset + done));
            }
            done += got;
        }
    }

    /** Reads a small piece. */
    ByteBuffer read(final long offset, final int lengthBytes) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocate(lengthBytes);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, offset + bytes.position()) < 0) {
                throw new EOFException("ends at " + (offset + bytes.position()));
            }
        }
        return bytes.rewind();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
