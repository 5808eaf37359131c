package org.isobar.pool.log;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.isobar.common.Check;
import org.isobar.common.kernel.Crc32c;

/**
 * What one half of a system area holds, found by reading it window by window: whoever has the bytes asks for
 * {@link #wantOffset} and {@link #wantBytes} and hands them to {@link #accept} until nothing more is wanted. Does no
 * I/O. Everything it keeps is on the heap.
 */
public final class HalfImage {
    /** Longest window, and longest batch. */
    public static final int WINDOW_BYTES = 256 << 10;

    /** What the half is good for. */
    public enum Status {
        /** No checkpoint was ever written here. */
        EMPTY,
        /** A header that is not whole: it was being written, or was damaged. */
        TORN,
        /** A whole header without the checkpoint that it belongs to. */
        DAMAGED,
        /** A whole checkpoint, and all batches that follow it. */
        VALID,
        /** Something in it has a version that this software does not know. */
        UNKNOWN_VERSION
    }

    private final int halfBytes;
    private final Crc32c crc = new Crc32c();
    private final List<ByteBuf> records = new ArrayList<>();
    private Status status = Status.EMPTY;
    private boolean headerRead;
    private boolean ended;
    private boolean tailTorn;
    private int version;
    private int offset;
    private int payloadBytes;
    private int payloadCrc;
    private ByteBuf checkpoint = Unpooled.EMPTY_BUFFER;
    private UUID logId;
    private Position covered;
    private Position position;
    private List<UUID> active = List.of();

    public HalfImage(final int halfBytes) {
        this.halfBytes = halfBytes;
    }

    /** Where in the half the next window begins. */
    public int wantOffset() {
        return offset;
    }

    /** Length of the next window, at most {@value #WINDOW_BYTES}; 0 when nothing more is wanted. */
    public int wantBytes() {
        if (ended) {
            return 0;
        }
        if (!headerRead) {
            return SystemArea.BLOCK_BYTES;
        }
        final int rest = payloadPending() > 0 ? SystemArea.padded(payloadPending()) : halfBytes - offset;
        return Math.min(rest, WINDOW_BYTES);
    }

    /** Takes the window that was wanted, from index 0 of the buffer. */
    public void accept(final ByteBuf window, final int lengthBytes) {
        Check.equal("window", wantBytes(), lengthBytes);
        if (!headerRead) {
            acceptHeader(window);
        } else if (payloadPending() > 0) {
            acceptPayload(window, lengthBytes);
        } else {
            acceptBatches(window, lengthBytes);
        }
        ended |= offset >= halfBytes;
    }

    /** What it is good for; final when nothing more is wanted. */
    public Status status() {
        return status;
    }

    /** The version that is not known. */
    public int version() {
        return version;
    }

    /** Whether the last batch is not whole: it was being written, or was damaged. */
    public boolean tailTorn() {
        return tailTorn;
    }

    /** Which log it is a copy of; none but a VALID or DAMAGED half knows, here and below. */
    public UUID logId() {
        return logId;
    }

    /** How far its checkpoint alone reaches. */
    public Position covered() {
        return covered;
    }

    /** How far checkpoint and batches reach. */
    public Position position() {
        return position;
    }

    /** The last ACTIVE list in it. */
    public List<UUID> active() {
        return active;
    }

    /** The checkpoint. */
    public ByteBuf checkpoint() {
        return checkpoint;
    }

    /** The records after it, in order. */
    public List<ByteBuf> records() {
        return records;
    }

    /** Bytes in use. */
    public int usedBytes() {
        return offset;
    }

    /** Keeps what it is like and lets go of what is in it. */
    public void forgetContent() {
        checkpoint = Unpooled.EMPTY_BUFFER;
        records.clear();
    }

    private int payloadPending() {
        return payloadBytes - checkpoint.writerIndex();
    }

    private void end(final Status how) {
        status = how;
        ended = true;
    }

    private void acceptHeader(final ByteBuf window) {
        headerRead = true;
        final CheckpointHeader header = new CheckpointHeader(window);
        if (!header.present()) {
            end(Status.EMPTY);
        } else if (header.version() != LogFormat.VERSION) {
            version = header.version();
            end(Status.UNKNOWN_VERSION);
        } else if (!header.intact(halfBytes, crc)) {
            end(Status.TORN);
        } else {
            logId = header.logId();
            covered = header.covers();
            position = covered;
            active = header.active();
            payloadBytes = header.payloadBytes();
            payloadCrc = header.payloadCrc();
            checkpoint = Unpooled.buffer(payloadBytes, Math.max(1, payloadBytes));
            offset = SystemArea.BLOCK_BYTES;
            checkPayload();
        }
    }

    private void acceptPayload(final ByteBuf window, final int lengthBytes) {
        checkpoint.writeBytes(window, 0, Math.min(lengthBytes, payloadPending()));
        offset += lengthBytes;
        checkPayload();
    }

    private void checkPayload() {
        if (payloadPending() > 0) {
            return;
        }
        if (crc.of(checkpoint, 0, payloadBytes) == payloadCrc) {
            status = Status.VALID;
        } else {
            end(Status.DAMAGED);
        }
    }

    private void acceptBatches(final ByteBuf window, final int lengthBytes) {
        int at = 0;
        while (!ended && lengthBytes - at >= SystemArea.BLOCK_BYTES) {
            final BatchBlock batch = new BatchBlock(window, at);
            if (!continuesHere(batch)) {
                ended = true;
                break;
            }
            if (batch.lengthPlausible() && SystemArea.padded(batch.lengthBytes()) > lengthBytes - at && at > 0) {
                break;
            }
            if (!takeBatch(window, at, lengthBytes - at, batch)) {
                tailTorn = true;
                ended = true;
                break;
            }
            at += SystemArea.padded(batch.lengthBytes());
        }
        offset += at;
    }

    /** Whether this is the next batch; if not, it is what an earlier use of the half left here. */
    private boolean continuesHere(final BatchBlock batch) {
        if (!batch.present()) {
            return false;
        }
        if (batch.version() != LogFormat.VERSION) {
            version = batch.version();
            status = Status.UNKNOWN_VERSION;
            return false;
        }
        return batch.logId().equals(logId)
                && batch.position().equals(new Position(position.epoch(), position.sequence() + 1));
    }

    private boolean takeBatch(final ByteBuf window, final int index, final int available, final BatchBlock batch) {
        if (!batch.lengthPlausible() || SystemArea.padded(batch.lengthBytes()) > available || !batch.intact(crc)) {
            return false;
        }
        int at = BatchBlock.HEADER_BYTES;
        for (int i = 0; i < batch.recordCount(); i++) {
            final int bytes = batch.recordBytes(at);
            final int from = index + at + BatchBlock.RECORD_HEADER_BYTES;
            switch (batch.recordKind(at)) {
                case BatchBlock.KIND_ACTIVE -> active = LogFormat.uuids(window, from, bytes / LogFormat.UUID_BYTES);
                case BatchBlock.KIND_STATE -> records.add(Unpooled.copiedBuffer(window.slice(from, bytes)));
                default -> throw new IllegalStateException("record of unknown kind in an intact batch");
            }
            at += BatchBlock.RECORD_HEADER_BYTES + bytes;
        }
        position = batch.position();
        return true;
    }
}
