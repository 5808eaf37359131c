package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import org.isobar.api.block.IoStatus;
import org.isobar.common.buffer.Buffers;

/**
 * What a scrub does about the log of one group. One that repairs brings all that was logged to its place first, so that no
 * slot counts which may have gone wrong. Then it looks at both checkpoints of every column, and if one is wrong writes all of
 * them anew. Only when all columns are in sync. Control lane only.
 */
final class LogScrub {
    private static final int COPIES = LogLayout.CHECKPOINT_BLOCKS;
    private static final int BYTES = COPIES * LogLayout.BLOCK_BYTES;

    private final AssembledSet set;
    private final GroupLog group;
    private final StripeSweep sweep;

    LogScrub(final AssembledSet set, final GroupLog group, final StripeSweep sweep) {
        this.set = set;
        this.group = group;
        this.sweep = sweep;
    }

    /** Ends when it is done, or can not be for now. */
    CompletableFuture<Void> run() {
        if (!possible()) {
            return CompletableFuture.completedFuture(null);
        }
        final CompletableFuture<Boolean> emptied =
                sweep.repairs() ? group.passed() : CompletableFuture.completedFuture(true);
        return emptied.thenCompose(all -> group.checkpoints().between(this::look));
    }

    private boolean possible() {
        return !set.isClosed() && set.log().open() && set.columns().whole();
    }

    private CompletableFuture<Void> look() {
        final Columns columns = set.columns();
        CompletableFuture<Integer> all = CompletableFuture.completedFuture(0);
        for (long left = possible() ? group.columnMask() : 0; left != 0; left &= left - 1) {
            final int column = Long.numberOfTrailingZeros(left);
            all = all.thenCompose(before -> look(columns, column).thenApply(wrong -> before + wrong));
        }
        return all.thenCompose(wrong -> {
            if (wrong == 0 || !sweep.repairs()) {
                return CompletableFuture.completedFuture(null);
            }
            return group.checkpoints().renew(columns).thenAccept(failed -> {
                if (failed == 0) {
                    sweep.mended(wrong);
                } else {
                    set.keeper().settleFailed(failed, columns, verdict -> {});
                }
            });
        });
    }

    /** Ends with the number of checkpoints of a column that are wrong. */
    private CompletableFuture<Integer> look(final Columns columns, final int column) {
        final ByteBuf blocks = Buffers.allocate(BYTES);
        final long at = columns.chunkletOffset(column) + set.layout().log().checkpointOffset(0);
        return ControlIo.read(set.control(), columns.device(column), at, BYTES, blocks)
                .thenApply(status -> {
                    final int wrong = status == IoStatus.OK ? wrong(blocks, column) : 1;
                    blocks.release();
                    if (status != IoStatus.OK) {
                        sweep.readErrors(1);
                    } else if (wrong > 0) {
                        sweep.checksumErrors(wrong);
                        columns.device(column).corrected(wrong);
                    }
                    return wrong;
                });
    }

    private int wrong(final ByteBuf blocks, final int column) {
        int wrong = 0;
        int whole = 0;
        for (int copy = 0; copy < COPIES; copy++) {
            final ByteBuf block = blocks.slice(copy * LogLayout.BLOCK_BYTES, LogLayout.BLOCK_BYTES);
            final boolean named = LogCheckpoint.names(block, set.id(), group.group(), column);
            if (LogCheckpoint.of(block, set.id(), group.group(), column) != null) {
                whole++;
            } else if (named) {
                wrong++;
            }
        }
        return wrong + (wrong + whole == 0 ? 1 : 0);
    }
}
