package org.isobar.pool.log;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;

/** Records that wait to be written, in batches, and how much may wait. */
final class LogQueue {
    private final LogSettings settings;
    private final int batchBytesMax;
    private final Deque<Batch> batches = new ArrayDeque<>();
    private int records;
    private long bytes;

    LogQueue(final LogSettings settings, final int batchBytesMax) {
        this.settings = settings;
        this.batchBytesMax = batchBytesMax;
    }

    int batchBytesMax() {
        return batchBytesMax;
    }

    boolean full(final int recordBytes) {
        return records >= settings.queuedRecordsMax() || bytes + recordBytes > settings.queuedBytesMax();
    }

    /** Bytes of all records that are not applied yet: the most that they can make the state grow. */
    long unappliedBytes() {
        return bytes;
    }

    boolean isEmpty() {
        return batches.isEmpty();
    }

    Batch first() {
        return batches.peekFirst();
    }

    /** The batch that was appended to last, null when none waits. */
    Batch last() {
        return batches.peekLast();
    }

    void add(final ByteBuf record, final boolean durable, final Done done) {
        if (batches.isEmpty() || !batches.getLast().fits(record.readableBytes())) {
            batches.addLast(new Batch(batchBytesMax));
        }
        batches.getLast().add(record, durable, done);
        records++;
        bytes += record.readableBytes();
    }

    /** Takes out the first batch; its records count until they are {@link #ended}. */
    Batch take() {
        return batches.removeFirst();
    }

    /** A record was applied or given up. */
    void ended(final Batch.Entry entry) {
        records--;
        bytes -= entry.lengthBytes();
    }
}
