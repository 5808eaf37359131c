package org.isobar.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import org.isobar.common.Check;
import org.isobar.common.kernel.Crc32c;
import org.isobar.iscsi.trace.ConnectionTrace;
import org.isobar.iscsi.trace.Direction;

/**
 * Puts PDUs into the byte stream of one connection, on its lane. Headers and small data segments are laid one behind the
 * other in a chunk, so that a batch of answers is one write; large data segments go out as retained slices between two
 * stretches of the chunk, without a copy. Nothing reaches the socket before {@link #flush}.
 */
final class PduWriter {
    private static final int CHUNK_BYTES = 16_384;
    /** Data segments up to this length are copied: cheaper than one more piece in the gathering write. */
    private static final int SMALL_DATA_BYTES = 512;

    private static final int DIGEST_BYTES = 4;
    private static final int MAX_PAD_BYTES = 3;
    /** What one PDU takes of the chunk at most. */
    private static final int MAX_CHUNK_USE =
            BasicHeaderSegment.BYTES + DIGEST_BYTES + SMALL_DATA_BYTES + MAX_PAD_BYTES + DIGEST_BYTES;

    private final Channel channel;
    private final BasicHeaderSegment header = new BasicHeaderSegment();
    private final Crc32c crc = new Crc32c();
    private boolean headerDigest;
    private boolean dataDigest;
    private ByteBuf chunk = Unpooled.EMPTY_BUFFER;
    /** Where the part of the chunk begins that was not written to the channel yet. */
    private int pendingIndex;

    /** Takes note of what is sent, or null. */
    private ConnectionTrace trace;

    private boolean unflushed;
    private boolean closed;

    PduWriter(final Channel channel) {
        this.channel = channel;
    }

    /** Sets the digests agreed on, from the next PDU on. */
    void agree(final boolean useHeaderDigest, final boolean useDataDigest) {
        writePending();
        headerDigest = useHeaderDigest;
        dataDigest = useDataDigest;
    }

    /** From the next PDU on, {@code recorder} takes note of what is sent; null for nobody. */
    void trace(final ConnectionTrace recorder) {
        writePending();
        trace = recorder;
    }

    /** Begins a PDU; the caller fills in the header, then calls one of the {@code end} methods before anything else. */
    BasicHeaderSegment begin(final int opcode, final int flags) {
        Check.that(!closed, "PDU begun after the connection was closed");
        if (trace != null && trace.needsBoundary(Direction.SENT)) {
            writePending();
            trace.boundary(Direction.SENT);
        }
        if (chunk.writableBytes() < MAX_CHUNK_USE) {
            writePending();
            chunk.release();
            chunk = channel.alloc().directBuffer(CHUNK_BYTES, CHUNK_BYTES);
            pendingIndex = 0;
        }
        header.wrap(chunk, chunk.writerIndex());
        chunk.writeZero(BasicHeaderSegment.BYTES);
        return header.start(opcode, flags);
    }

    /** Ends a PDU without data. */
    void end() {
        endHeader();
    }

    /** Ends a PDU with data, which is lent only for this call: retained as far as it is needed longer. */
    void end(final ByteBuf data, final int index, final int lengthBytes) {
        header.dataSegmentBytes(lengthBytes);
        endHeader();
        if (lengthBytes == 0) {
            return;
        }
        if (dataDigest) {
            crc.reset().update(data, index, lengthBytes);
        }
        if (lengthBytes <= SMALL_DATA_BYTES) {
            chunk.writeBytes(data, index, lengthBytes);
        } else {
            writePending();
            write(data.retainedSlice(index, lengthBytes));
        }
        endData(lengthBytes);
    }

    /** Ends a PDU with data from an array that nobody changes any more. */
    void end(final byte[] data) {
        end(Unpooled.wrappedBuffer(data), 0, data.length);
    }

    /** Ends a PDU whose data are a 2-byte length and that many bytes of {@code data} (RFC 7143 §11.4.7). */
    void endCounted(final byte[] data, final int lengthBytes) {
        final int segmentBytes = Short.BYTES + lengthBytes;
        header.dataSegmentBytes(segmentBytes);
        endHeader();
        final int at = chunk.writerIndex();
        chunk.writeShort(lengthBytes).writeBytes(data, 0, lengthBytes);
        if (dataDigest) {
            crc.reset().update(chunk, at, segmentBytes);
        }
        endData(segmentBytes);
    }

    /** Sends what was written. */
    void flush() {
        writePending();
        if (unflushed) {
            unflushed = false;
            channel.flush();
        }
    }

    /** Gives the chunk back; nothing may be written afterwards. */
    void close() {
        if (!closed) {
            closed = true;
            chunk.release();
            chunk = Unpooled.EMPTY_BUFFER;
            pendingIndex = 0;
        }
    }

    private void endHeader() {
        if (headerDigest) {
            chunk.writeIntLE(crc.of(chunk, header.offset(), BasicHeaderSegment.BYTES));
        }
    }

    private void endData(final int lengthBytes) {
        final int padBytes = -lengthBytes & MAX_PAD_BYTES;
        if (padBytes > 0) {
            final int at = chunk.writerIndex();
            chunk.writeZero(padBytes);
            if (dataDigest) {
                crc.update(chunk, at, padBytes);
            }
        }
        if (dataDigest) {
            chunk.writeIntLE(crc.value());
        }
    }

    private void writePending() {
        final int length = chunk.writerIndex() - pendingIndex;
        if (length > 0) {
            write(chunk.retainedSlice(pendingIndex, length));
            pendingIndex = chunk.writerIndex();
            unflushed = true;
        }
    }

    private void write(final ByteBuf bytes) {
        if (trace != null) {
            trace.record(Direction.SENT, bytes);
        }
        // A failure goes to the pipeline, which closes the connection: no future for each write.
        final ChannelFuture unused = channel.write(bytes, channel.voidPromise());
    }
}
