package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.isobar.api.block.IoStatus;
import org.isobar.common.buffer.Buffers;

/** The write of a checkpoint to all columns of a group that are in sync. Control lane only. */
record CheckpointWrite(AssembledSet set, GroupLog group, Columns columns) {
    /** Ends with a mask of the columns where that failed. */
    CompletableFuture<Long> put(final LogCheckpoint checkpoint) {
        final LogLayout layout = set.layout().log();
        final List<CompletableFuture<Long>> ends = new ArrayList<>();
        for (long left = columns.readable() & group.columnMask(); left != 0; left &= left - 1) {
            final int column = Long.numberOfTrailingZeros(left);
            final ByteBuf block = Buffers.allocate(LogLayout.BLOCK_BYTES);
            checkpoint.writeTo(block, set.id(), group.group(), column);
            final long at = columns.chunkletOffset(column) + layout.checkpointOffset(checkpoint.count());
            ends.add(ControlIo.write(set.control(), columns.device(column), at, LogLayout.BLOCK_BYTES, block)
                    .thenApply(status -> {
                        block.release();
                        return status == IoStatus.OK ? 0L : 1L << column;
                    }));
        }
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                .thenApply(
                        all -> ends.stream().mapToLong(CompletableFuture::join).reduce(0, (a, b) -> a | b));
    }
}
