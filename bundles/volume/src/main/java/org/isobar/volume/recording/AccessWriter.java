package org.isobar.volume.recording;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.isobar.api.recording.RecordingInfo.State;

/**
 * Writes the file of a recording: a header, blocks of accesses, and a block that says how it ended. A block is written when it
 * is full or {@link #flush} is called, by one write at the end of the file, so that a crash tears the last one at most.
 */
final class AccessWriter implements Closeable {
    /** Three numbers of at most ten bytes. */
    private static final int ACCESS_MAX = 30;
    /** Perhaps of one more block, and of the end. */
    private static final int HEADS_TO_COME = 2 * AccessBlock.HEAD_BYTES;

    private final FileChannel file;
    private final long limitBytes;
    private final AccessBlock block = new AccessBlock();
    private final ByteBuffer bytes = block.bytes();
    private long lengthBytes;
    private long accesses;
    private int count;
    private long firstUs;
    private long lastUs;
    private long nextBlock;

    AccessWriter(final Path path, final AccessHeader header) throws IOException {
        limitBytes = header.limitBytes();
        file = FileChannel.open(
                path,
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        begin();
        try {
            write(ByteBuffer.wrap(header.encode()));
        } catch (final IOException failed) {
            file.close();
            throw failed;
        }
    }

    private void begin() {
        bytes.clear().position(AccessBlock.HEAD_BYTES);
        count = 0;
    }

    private void write(final ByteBuffer all) throws IOException {
        final int length = all.remaining();
        while (all.hasRemaining()) {
            file.write(all);
        }
        lengthBytes += length;
    }

    /** Adds an access; false when the file is full. */
    boolean add(final long timeUs, final int op, final long first, final int blocks, final long dropped)
            throws IOException {
        if (lengthBytes + bytes.position() + ACCESS_MAX + HEADS_TO_COME > limitBytes) {
            return false;
        }
        if (bytes.remaining() < ACCESS_MAX) {
            flush(dropped);
        }
        if (count == 0) {
            firstUs = timeUs;
            lastUs = timeUs;
            nextBlock = 0;
        }
        AccessBlock.put(bytes, AccessBlock.zigzag(timeUs - lastUs) << AccessTap.OP_BITS | op);
        AccessBlock.put(bytes, AccessBlock.zigzag(first - nextBlock));
        AccessBlock.put(bytes, blocks);
        lastUs = timeUs;
        nextBlock = first + blocks;
        count++;
        return true;
    }

    /** Writes what waits. */
    void flush(final long dropped) throws IOException {
        if (count > 0) {
            final int payloadBytes = bytes.position() - AccessBlock.HEAD_BYTES;
            block.head(AccessBlock.ACCESSES, State.RUNNING, payloadBytes, count, firstUs, dropped);
            write(bytes.flip());
            accesses += count;
            begin();
        }
    }

    /** Writes what waits, and how it ended. */
    void end(final State how, final long lastedUs, final long dropped) throws IOException {
        flush(dropped);
        block.head(AccessBlock.END, how, 0, (int) accesses, lastedUs, dropped);
        write(bytes.flip());
    }

    /** Of the file. */
    long lengthBytes() {
        return lengthBytes;
    }

    /** In the file. */
    long accesses() {
        return accesses;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
