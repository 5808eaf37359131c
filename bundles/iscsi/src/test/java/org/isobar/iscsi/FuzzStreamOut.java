package org.isobar.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HashMap;
import java.util.Map;
import org.isobar.common.kernel.Crc32c;

/** Follows the bytes that an initiator sends, whatever they are: where PDUs end, and which tasks they open. */
final class FuzzStreamOut {
    private static final int DIGEST_BYTES = 4;
    private static final int MAX_SEGMENT_OFFSET = 5;

    private final ByteBuf stream = Unpooled.buffer();
    private final Map<Integer, Integer> commands = new HashMap<>();
    private final Map<Integer, Long> expectedBytes = new HashMap<>();
    private final int maxSegmentBytes;
    private boolean headerDigest;
    private boolean dataDigest;
    private boolean broken;

    FuzzStreamOut(final int maxSegmentBytes) {
        this.maxSegmentBytes = maxSegmentBytes;
    }

    /** Login is over: takes what was agreed on. */
    void agree(final boolean useHeaderDigest, final boolean useDataDigest) {
        headerDigest = useHeaderDigest;
        dataDigest = useDataDigest;
    }

    void sent(final byte[] bytes) {
        stream.writeBytes(bytes);
        while (!broken && takePdu()) {
            stream.discardReadBytes();
        }
    }

    /** Whether the target expects a header next. */
    boolean atBoundary() {
        return !broken && !stream.isReadable();
    }

    /** How many SCSI commands were sent with this tag. */
    int commands(final int tag) {
        return commands.getOrDefault(tag, 0);
    }

    /** Most data that a command with this tag was ready to transfer. */
    long expectedBytes(final int tag) {
        return expectedBytes.getOrDefault(tag, 0L);
    }

    private boolean takePdu() {
        final int at = stream.readerIndex();
        if (stream.readableBytes() < BasicHeaderSegment.BYTES) {
            return false;
        }
        final int headerBytes = BasicHeaderSegment.BYTES + (stream.getByte(at + 4) & 0xFF) * 4;
        final int dataBytes = stream.getUnsignedMedium(at + MAX_SEGMENT_OFFSET);
        final int padded = (dataBytes + 3) & ~3;
        int length = headerBytes + (headerDigest ? DIGEST_BYTES : 0);
        if (stream.readableBytes() < length) {
            return false;
        }
        if ((headerDigest && new Crc32c().of(stream, at, headerBytes) != stream.getIntLE(at + headerBytes))
                || dataBytes > maxSegmentBytes) {
            broken = true;
            return false;
        }
        length += padded + (dataDigest && dataBytes > 0 ? DIGEST_BYTES : 0);
        if (stream.readableBytes() < length) {
            return false;
        }
        note(at);
        stream.skipBytes(length);
        return true;
    }

    private void note(final int at) {
        final int opcode = stream.getByte(at) & 0x3F;
        final int tag = stream.getInt(at + 16);
        if (opcode == Opcode.SCSI_COMMAND) {
            commands.merge(tag, 1, Integer::sum);
            expectedBytes.merge(tag, stream.getUnsignedInt(at + 20), Math::max);
        }
    }
}
