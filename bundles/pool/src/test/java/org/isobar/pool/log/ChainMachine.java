package org.isobar.pool.log;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.isobar.api.StorageException;
import org.isobar.common.buffer.Buffers;

/** A state that is nothing but the records so far: how many, and a hash over them in order; with ballast on demand. */
final class ChainMachine implements StateMachine {
    private static final int STATE_BYTES = 16;
    private static final int REFUSED = 0xBAD;

    private int count;
    private long hash;
    private int ballastBytes;
    private int hiddenBytes;
    private int checkpoints;

    /** A record with this content; the last int of its length is free for more. */
    static ByteBuf record(final int value, final int lengthBytes) {
        return Unpooled.buffer(lengthBytes, lengthBytes)
                .setZero(0, lengthBytes)
                .setInt(0, value)
                .writerIndex(lengthBytes);
    }

    /** A record that the machine refuses. */
    static ByteBuf refusedRecord() {
        return record(REFUSED, Integer.BYTES);
    }

    static long next(final long hash, final int value) {
        return (hash * 31 + value) * 0x9E3779B97F4A7C15L + 1;
    }

    /** Hashes after 0, 1, 2, … of these records. */
    static List<Long> hashes(final List<Integer> values) {
        final List<Long> hashes = new ArrayList<>(List.of(0L));
        values.forEach(value -> hashes.add(next(hashes.get(hashes.size() - 1), value)));
        return hashes;
    }

    int count() {
        return count;
    }

    long hash() {
        return hash;
    }

    int checkpoints() {
        return checkpoints;
    }

    /** Bytes that the state takes in a checkpoint beside what it really has. */
    void ballast(final int bytes) {
        ballastBytes = bytes;
    }

    /** As ballast, but kept from the estimate. */
    void hidden(final int bytes) {
        hiddenBytes = bytes;
    }

    @Override
    public void reset() {
        count = 0;
        hash = 0;
    }

    @Override
    public void restore(final ByteBuf checkpoint) {
        count = checkpoint.getInt(0);
        hash = checkpoint.getLong(Integer.BYTES);
    }

    @Override
    public void apply(final ByteBuf record) {
        final int value = record.getInt(record.readerIndex());
        if (value == REFUSED) {
            throw new StorageException(StorageException.Code.INVALID, "record refused");
        }
        count++;
        hash = next(hash, value);
    }

    @Override
    public long checkpointBytes() {
        return (long) STATE_BYTES + ballastBytes;
    }

    @Override
    public ByteBuf checkpoint() {
        checkpoints++;
        final int bytes = STATE_BYTES + ballastBytes + hiddenBytes;
        return Buffers.allocateZeroed(bytes)
                .setInt(0, count)
                .setLong(Integer.BYTES, hash)
                .writerIndex(bytes);
    }
}
