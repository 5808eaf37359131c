package org.isobar.raid;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.isobar.api.block.IoStatus;

/**
 * One attempt to put everything in place that the log of a set holds: data and redundancy as they were logged, in order,
 * on all columns in sync, and the redundancy of stripes that went past the log. Only then a checkpoint says that the log is empty; so an attempt that is cut short is made again.
 * The set does not serve meanwhile. Control lane only.
 */
final class LogReplay {
    /** How an attempt ended. */
    enum Outcome {
        /** Everything is in place. */
        DONE,
        /** The columns have changed. */
        AGAIN,
        /** The log cannot be read on enough columns. */
        LATER
    }

    private final AssembledSet set;
    private final GroupLog[] groups;
    private final Columns begun;

    LogReplay(final AssembledSet set, final GroupLog[] groups) {
        this.set = set;
        this.groups = groups;
        begun = set.columns();
    }

    CompletableFuture<Outcome> run() {
        CompletableFuture<Outcome> all = CompletableFuture.completedFuture(Outcome.DONE);
        final List<GroupReplay> found = new ArrayList<>();
        for (final GroupLog group : groups) {
            final GroupReplay one = new GroupReplay(set, group, this, begun);
            found.add(one);
            all = all.thenCompose(outcome -> outcome == Outcome.DONE ? one.scan() : end(outcome))
                    .thenCompose(outcome -> outcome == Outcome.DONE ? one.replay() : end(outcome));
        }
        return all.thenCompose(outcome -> outcome == Outcome.DONE ? flush() : end(outcome))
                .thenCompose(outcome -> outcome == Outcome.DONE ? checkpoint(found) : end(outcome));
    }

    private static CompletableFuture<Outcome> end(final Outcome outcome) {
        return CompletableFuture.completedFuture(outcome);
    }

    /** What was written must be on stable media on every column. */
    private CompletableFuture<Outcome> flush() {
        final List<CompletableFuture<Long>> ends = new ArrayList<>();
        for (int column = 0; column < begun.count(); column++) {
            if (begun.canRead(column)) {
                ends.add(flush(column));
            }
        }
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).thenApply(all -> {
            long lost = 0;
            for (final CompletableFuture<Long> end : ends) {
                lost |= end.join();
            }
            return judge(lost);
        });
    }

    private CompletableFuture<Long> flush(final int column) {
        final long covered = set.written(column);
        return ControlIo.flush(set.control(), begun.device(column)).thenApply(status -> {
            if (status == IoStatus.OK) {
                set.flushedUpTo(column, covered);
                return 0L;
            }
            set.flushFailed(begun.device(column));
            return 1L << column;
        });
    }

    private static CompletableFuture<Outcome> checkpoint(final List<GroupReplay> found) {
        CompletableFuture<Outcome> all = CompletableFuture.completedFuture(Outcome.DONE);
        for (final GroupReplay one : found) {
            all = all.thenCompose(outcome -> outcome == Outcome.DONE ? one.checkpoint() : end(outcome));
        }
        return all;
    }

    /** Gives up columns that were not written. */
    Outcome judge(final long lost) {
        if (lost != 0) {
            set.keeper().settleFailed(lost, begun, verdict -> {});
            return Outcome.AGAIN;
        }
        return unchanged() ? Outcome.DONE : Outcome.AGAIN;
    }

    /** Whether the columns are those that the attempt began with. */
    boolean unchanged() {
        final Columns now = set.columns();
        for (int column = 0; column < begun.count(); column++) {
            if (begun.canRead(column) && now.incarnation(column) != begun.incarnation(column)) {
                return false;
            }
        }
        return now.readable() == begun.readable();
    }
}
