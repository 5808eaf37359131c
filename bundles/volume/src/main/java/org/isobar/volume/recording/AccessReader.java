package org.isobar.volume.recording;

import java.io.Closeable;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.isobar.api.StorageException;
import org.isobar.api.recording.RecordingInfo.State;

/**
 * Reads the file of a recording, block by block, until its end or until what follows is not what was written; what is left then
 * is {@link #unreadableBytes}. One thread.
 */
public final class AccessReader implements Closeable {
    private final FileChannel file;
    private final AccessHeader header;
    private final AccessBlock block = new AccessBlock();
    private final ByteBuffer bytes = block.bytes();
    private long atBytes;
    private long accesses;
    private long lastUs;
    private long dropped;
    private State state = State.INTERRUPTED;
    private boolean ended;

    /** Opens a file; StorageException IO when it is none of ours. */
    public AccessReader(final Path path) throws IOException {
        file = FileChannel.open(path);
        try {
            header = readHeader();
        } catch (final IOException | RuntimeException unreadable) {
            file.close();
            throw unreadable;
        }
    }

    private AccessHeader readHeader() throws IOException {
        final ByteBuffer fixed = ByteBuffer.allocate(AccessHeader.FIXED_BYTES);
        if (!fill(fixed, 0)) {
            throw new StorageException(StorageException.Code.IO, "file is no recording that can be read: too short");
        }
        final ByteBuffer all = ByteBuffer.allocate(AccessHeader.lengthBytes(fixed));
        if (!fill(all, 0)) {
            throw new StorageException(StorageException.Code.IO, "file is no recording that can be read: too short");
        }
        atBytes = all.capacity();
        return AccessHeader.decode(all.array());
    }

    private boolean fill(final ByteBuffer to, final long fromBytes) throws IOException {
        while (to.hasRemaining()) {
            if (file.read(to, fromBytes + to.position()) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Its header. */
    public AccessHeader header() {
        return header;
    }

    /** Reads the next block; false when there is none. */
    public boolean next(final Sink to) throws IOException {
        bytes.clear().limit(AccessBlock.HEAD_BYTES);
        if (ended || !fill(bytes, atBytes) || !block.likely()) {
            return false;
        }
        bytes.limit(AccessBlock.HEAD_BYTES + block.payloadBytes());
        if (!fill(bytes, atBytes) || !block.whole()) {
            return false;
        }
        if (block.kind() == AccessBlock.END) {
            state = block.state();
            lastUs = block.timeUs();
            ended = true;
        } else if (!give(to)) {
            return false;
        }
        dropped = block.dropped();
        atBytes += bytes.limit();
        return true;
    }

    /** False when it makes no sense, which a CRC that happens to be right does not rule out. */
    private boolean give(final Sink to) {
        bytes.position(AccessBlock.HEAD_BYTES);
        long timeUs = block.timeUs();
        long nextBlock = 0;
        try {
            for (int i = block.count(); i > 0; i--) {
                final long timeAndOp = AccessBlock.take(bytes);
                timeUs += AccessBlock.unzigzag(timeAndOp >>> AccessTap.OP_BITS);
                final long first = nextBlock + AccessBlock.unzigzag(AccessBlock.take(bytes));
                final int blocks = (int) AccessBlock.take(bytes);
                nextBlock = first + blocks;
                if (first < 0 || blocks < 0) {
                    return false;
                }
                to.access(timeUs, (int) timeAndOp & AccessTap.OP_MASK, first, blocks);
            }
        } catch (final BufferUnderflowException | IllegalArgumentException notOurs) {
            return false;
        }
        accesses += block.count();
        lastUs = timeUs;
        return true;
    }

    /** Reads all that is left, as far as it can be read. */
    public AccessReader all(final Sink to) throws IOException {
        boolean more = true;
        while (more) {
            more = next(to);
        }
        return this;
    }

    /** How it ended; INTERRUPTED unless its end was read. */
    public State state() {
        return state;
    }

    /** Accesses read so far. */
    public long accesses() {
        return accesses;
    }

    /** How long it lasted, as far as that was read, in µs. */
    public long lastedUs() {
        return lastUs;
    }

    /** Accesses that are missing, as far as that was read. */
    public long dropped() {
        return dropped;
    }

    /** Bytes read so far. */
    public long readBytes() {
        return atBytes;
    }

    /** After {@link #all}: what is in the file and cannot be read. */
    public long unreadableBytes() throws IOException {
        return file.size() - atBytes;
    }

    /** Its length. */
    public long fileBytes() throws IOException {
        return file.size();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Takes accesses. */
    public interface Sink {
        /** An access; {@code op} of {@link AccessOp}, in blocks of 512 bytes from the start of the volume. */
        void access(long timeUs, int op, long block, int blocks);
    }
}
