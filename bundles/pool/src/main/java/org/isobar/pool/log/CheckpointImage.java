package org.isobar.pool.log;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.UUID;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.kernel.Crc32c;

/** A checkpoint as it goes to the devices: header block and state, padded. Its creator releases it. */
final class CheckpointImage {
    private final ByteBuf data;
    private final int payloadBytes;

    /** Takes the state over and releases it. */
    CheckpointImage(
            final UUID logId, final Position covers, final List<UUID> active, final ByteBuf state, final Crc32c crc) {
        payloadBytes = state.readableBytes();
        data = Buffers.allocate(SystemArea.BLOCK_BYTES + SystemArea.padded(payloadBytes));
        data.setBytes(SystemArea.BLOCK_BYTES, state, state.readerIndex(), payloadBytes);
        data.setZero(SystemArea.BLOCK_BYTES + payloadBytes, data.capacity() - SystemArea.BLOCK_BYTES - payloadBytes);
        state.release();
        final int payloadCrc = crc.of(data, SystemArea.BLOCK_BYTES, payloadBytes);
        CheckpointHeader.encode(data, logId, covers, active, payloadBytes, payloadCrc, crc);
    }

    ByteBuf data() {
        return data;
    }

    int lengthBytes() {
        return data.capacity();
    }

    int payloadBytes() {
        return payloadBytes;
    }

    void release() {
        data.release();
    }
}
