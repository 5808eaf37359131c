package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.isobar.api.block.IoStatus;
import org.isobar.common.buffer.Buffers;

/**
 * Makes the checkpoints of a group's log: flushes all columns, then says on all that are in sync from where on the log
 * counts. One at a time. Control lane only.
 */
final class GroupCheckpoints {
    private static final long FLUSH_RETRY_NS = 10_000_000;

    private final AssembledSet set;
    private final GroupLog group;
    private long count;
    private boolean running;
    /** Whether the newest is on its way to the columns. */
    private boolean putting;

    GroupCheckpoints(final AssembledSet set, final GroupLog group) {
        this.set = set;
        this.group = group;
    }

    /** So many there were. */
    void restore(final long checkpoints) {
        count = checkpoints;
    }

    boolean isRunning() {
        return running;
    }

    /** Begins one; none is running. The group's log hears how it ended. */
    void begin(final long tail) {
        running = true;
        set.flush(status -> {
            if (status == IoStatus.OK) {
                write(tail);
            } else {
                running = false;
                set.control().schedule(group::tryAgain, FLUSH_RETRY_NS);
            }
        });
    }

    private void write(final long tail) {
        putting = true;
        final Columns columns = set.columns();
        Stages.whenEnded(put(columns, tail), (unwritten, failure) -> {
            if (unwritten == 0) {
                ended(tail, IoStatus.OK);
            } else {
                set.keeper().settleFailed(unwritten, columns, verdict -> ended(tail, verdict));
            }
        });
    }

    /** Does something while none is being made; those that are wanted meanwhile are made afterwards. */
    CompletableFuture<Void> between(final Supplier<CompletableFuture<Void>> work) {
        final CompletableFuture<Void> end = new CompletableFuture<>();
        between(work, end);
        return end;
    }

    /** However often it has to wait for one, nothing hangs on what waited before. */
    private void between(final Supplier<CompletableFuture<Void>> work, final CompletableFuture<Void> end) {
        if (running || group.wakes()) {
            set.control().schedule(() -> between(work, end), FLUSH_RETRY_NS);
            return;
        }
        running = true;
        Stages.whenEnded(work.get(), (done, failure) -> {
            running = false;
            group.run();
            if (failure == null) {
                end.complete(null);
            } else {
                end.completeExceptionally(failure);
            }
        });
    }

    private void ended(final long tail, final IoStatus verdict) {
        running = false;
        putting = false;
        group.checkpointed(tail, verdict);
    }

    /**
     * Says on a column that is to be relied upon from where on the log counts, since it may be the last one that does: numbers
     * must never begin anew below those of slots that lie about from before. Ends with whether that is there.
     */
    CompletableFuture<Boolean> introduce(final Columns columns, final int column) {
        if (!group.isAsleep()) {
            return copy(columns, column, group.tail());
        }
        final LogTail found = new LogTail(set, group, set.columns());
        return found.read().thenCompose(unreadable -> {
            if (!group.isAsleep()) {
                return introduce(columns, column);
            }
            if (found.count() == 0) {
                return CompletableFuture.completedFuture(true);
            }
            restore(found.count());
            return copy(columns, column, found.sequence());
        });
    }

    /** Writes the one that counts anew over both that each column has; ends with a mask of the columns where that failed. */
    CompletableFuture<Long> renew(final Columns columns) {
        final LogTail found = new LogTail(set, group, columns);
        return found.read().thenCompose(unreadable -> {
            if (group.isAsleep()) {
                restore(found.count());
            }
            final long from = group.isAsleep() ? found.sequence() : group.tail();
            return put(columns, from).thenCompose(failed -> put(columns, from).thenApply(more -> failed | more));
        });
    }

    /** Writes the one that counts to one more column; ends with whether that is there. */
    private CompletableFuture<Boolean> copy(final Columns columns, final int column, final long tail) {
        return write(new LogCheckpoint(putting ? count - 1 : count, tail), columns, column);
    }

    /** Writes one to all columns in sync; ends with a mask of those where that failed. */
    CompletableFuture<Long> put(final Columns columns, final long tail) {
        count++;
        final LogCheckpoint checkpoint = new LogCheckpoint(count, tail);
        final List<CompletableFuture<Long>> ends = new ArrayList<>();
        for (long left = columns.readable() & group.columnMask(); left != 0; left &= left - 1) {
            final int column = Long.numberOfTrailingZeros(left);
            ends.add(write(checkpoint, columns, column).thenApply(written -> written ? 0L : 1L << column));
        }
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                .thenApply(
                        all -> ends.stream().mapToLong(CompletableFuture::join).reduce(0, (a, b) -> a | b));
    }

    private CompletableFuture<Boolean> write(final LogCheckpoint one, final Columns columns, final int column) {
        final ByteBuf block = Buffers.allocate(LogLayout.BLOCK_BYTES);
        one.writeTo(block, set.id(), group.group(), column);
        final long at = columns.chunkletOffset(column) + set.layout().log().checkpointOffset(one.count());
        return ControlIo.write(set.control(), columns.device(column), at, LogLayout.BLOCK_BYTES, block)
                .thenApply(status -> {
                    block.release();
                    return status == IoStatus.OK;
                });
    }
}
