package org.isobar.pool.log;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.kernel.Crc32c;

/** Records that are written together. */
final class Batch {
    private final ByteBuf data;
    private final BatchBlock block;
    private final int bytesMax;
    private final List<Entry> entries = new ArrayList<>();
    private final List<Done> flushes = new ArrayList<>();
    private int end = BatchBlock.HEADER_BYTES;
    private boolean durable;

    Batch(final int bytesMax) {
        this.bytesMax = bytesMax;
        data = Buffers.allocate(bytesMax);
        block = new BatchBlock(data, 0);
    }

    /** A batch that holds the new ACTIVE list and nothing else. */
    static Batch ofActiveList(final List<UUID> active) {
        final int bytes = active.size() * LogFormat.UUID_BYTES;
        final Batch batch =
                new Batch(SystemArea.padded(BatchBlock.HEADER_BYTES + BatchBlock.RECORD_HEADER_BYTES + bytes));
        LogFormat.setUuids(batch.data, batch.start(bytes, BatchBlock.KIND_ACTIVE, result -> {}), active);
        batch.durable = true;
        return batch;
    }

    /** Longest record that a batch of this length takes. */
    static int recordBytesMax(final int batchBytesMax) {
        return batchBytesMax - BatchBlock.HEADER_BYTES - BatchBlock.RECORD_HEADER_BYTES;
    }

    boolean fits(final int recordBytes) {
        return end + BatchBlock.RECORD_HEADER_BYTES + recordBytes <= bytesMax;
    }

    void add(final ByteBuf record, final boolean survivesPowerLoss, final Done done) {
        final int bytes = record.readableBytes();
        data.setBytes(start(bytes, BatchBlock.KIND_STATE, done), record, record.readerIndex(), bytes);
        durable |= survivesPowerLoss;
    }

    /** Someone wants everything up to here on stable media. */
    void addFlush(final Done done) {
        durable = true;
        flushes.add(done);
    }

    private int start(final int bytes, final int kind, final Done done) {
        final int at = block.startRecord(end, bytes, kind);
        entries.add(new Entry(at, bytes, done));
        end += BatchBlock.RECORD_HEADER_BYTES + bytes;
        return at;
    }

    /** Makes it ready to be written. */
    void seal(final UUID logId, final Position position, final Crc32c crc) {
        block.seal(end, entries.size(), logId, position, crc);
    }

    ByteBuf data() {
        return data;
    }

    /** Bytes that are written. */
    int lengthBytes() {
        return SystemArea.padded(end);
    }

    boolean durable() {
        return durable;
    }

    int recordCount() {
        return entries.size();
    }

    /** Hands out each record in order. */
    void forEach(final Consumer<Entry> consumer) {
        entries.forEach(consumer);
    }

    /** The bytes of a record, valid until the batch is released. */
    ByteBuf record(final Entry entry) {
        return data.slice(entry.index, entry.lengthBytes);
    }

    List<Done> flushes() {
        return flushes;
    }

    void release() {
        data.release();
    }

    /**
     * One record.
     *
     * @param index where it begins in the batch
     * @param lengthBytes its length
     * @param done who waits for it
     */
    record Entry(int index, int lengthBytes, Done done) {}
}
