package org.isobar.pool.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file or block device: open for reading only, with a shared lock that a running member does not let us have. */
final class OpenFile implements CheckSource {
    private final Path path;
    private final FileChannel channel;

    private OpenFile(final Path path, final FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Opens it.
     *
     * @throws IOException when it cannot be opened, or a member has it open
     */
    static OpenFile open(final Path path) throws IOException {
        final FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
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
        return new OpenFile(path, channel);
    }

    @Override
    public String name() {
        return path.toString();
    }

    @Override
    public long sizeBytes() throws IOException {
        return channel.size();
    }

    @Override
    public int read(final ByteBuffer into, final long offset) throws IOException {
        return channel.read(into, offset);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
