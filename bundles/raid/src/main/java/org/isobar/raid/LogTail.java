package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import org.isobar.api.block.IoStatus;
import org.isobar.common.buffer.Buffers;

/** From where on the log of a group counts, as its checkpoints tell on the columns that are there. Control lane only. */
final class LogTail {
    private final AssembledSet set;
    private final GroupLog group;
    private final Columns columns;
    private long sequence;
    private long count;
    private int unreadable;

    LogTail(final AssembledSet set, final GroupLog group, final Columns columns) {
        this.set = set;
        this.group = group;
        this.columns = columns;
    }

    /** Reads the checkpoints of all columns in sync; ends with the number of the group's columns that do not tell. */
    CompletableFuture<Integer> read() {
        unreadable = Long.bitCount(group.columnMask() & ~columns.readable());
        CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
        for (long left = group.columnMask() & columns.readable(); left != 0; left &= left - 1) {
            final int column = Long.numberOfTrailingZeros(left);
            all = all.thenCompose(before -> read(column));
        }
        return all.thenApply(done -> unreadable);
    }

    private CompletableFuture<Void> read(final int column) {
        final int length = 2 * LogLayout.BLOCK_BYTES;
        final ByteBuf blocks = Buffers.allocate(length);
        final long at = columns.chunkletOffset(column) + set.layout().log().checkpointOffset(0);
        return ControlIo.read(set.control(), columns.device(column), at, length, blocks)
                .thenAccept(status -> {
                    if (status == IoStatus.OK) {
                        take(blocks.slice(0, LogLayout.BLOCK_BYTES), column);
                        take(blocks.slice(LogLayout.BLOCK_BYTES, LogLayout.BLOCK_BYTES), column);
                    } else {
                        unreadable++;
                    }
                    blocks.release();
                });
    }

    private void take(final ByteBuf block, final int column) {
        final LogCheckpoint one = LogCheckpoint.of(block, set.id(), group.group(), column);
        if (one != null) {
            sequence = Math.max(sequence, one.tail());
            count = Math.max(count, one.count());
        }
    }

    /** Slots with a smaller number do not count. */
    long sequence() {
        return sequence;
    }

    /** Checkpoints that there were. */
    long count() {
        return count;
    }
}
