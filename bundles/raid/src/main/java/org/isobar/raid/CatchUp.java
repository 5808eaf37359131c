package org.isobar.raid;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.common.job.Job;

/**
 * Brings one stale column up to date, then has it relied upon. Now and then, and when it is cancelled, the regions that are
 * done are made stable and only then taken off those that the column's device says it owes, so that work that is cut short
 * goes on instead of beginning again. Regions that are written meanwhile stay marked while a column is stale, and so
 * are done again by whoever goes on. Control lane only.
 */
final class CatchUp {
    /** That many more regions that are done are worth a flush. */
    private static final int KEEP_REGIONS = 16;
    /** After so long any is. */
    private static final long KEEP_NS = TimeUnit.SECONDS.toNanos(5);

    private final AssembledSet set;
    private final ColumnKeeper keeper;
    private final int column;
    private final Columns begun;
    private final StripeSweep sweep;
    private final CompletableFuture<Void> rested = new CompletableFuture<>();
    private CompletableFuture<Void> keeping = rest();
    private long kept;
    private long keptNs;

    /** The column must be attached. */
    CatchUp(final AssembledSet set, final int column, final Job job) {
        this.set = set;
        this.column = column;
        keeper = set.keeper();
        keeper.rebuilding(column, true);
        begun = set.columns();
        final long regions = set.intent().dirty() | set.intent().suspects() | keeper.owed(column);
        sweep = new StripeSweep(set, SweepKind.CATCH_UP, column, false, regions, job);
        sweep.onRegionDone(this::regionDone);
    }

    CompletableFuture<Void> run() {
        keptNs = now();
        return takeOldErrors()
                .thenCompose(taken -> set.run(sweep))
                .handle((swept, failure) -> failure)
                .thenCompose(failure -> keeping.thenCompose(noted -> failure == null ? rest() : keep())
                        .thenCompose(noted -> {
                            rested.complete(null);
                            return failure == null ? finish() : CompletableFuture.failedFuture(failure);
                        }));
    }

    /** Ends when the stripes are gone through, and what is done of them is noted if it goes no further. */
    CompletableFuture<Void> rested() {
        return rested;
    }

    private static CompletableFuture<Void> rest() {
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> finish() {
        sweep.reportLost();
        return writeSums()
                .thenCompose(written -> flushTarget())
                .thenCompose(stable -> set.log().passed())
                .thenCompose(passed -> passed
                        ? introduce()
                        : CompletableFuture.failedFuture(set.unavailable("set went offline: column=" + column)))
                .thenCompose(introduced -> keeper.promote(column));
    }

    private CompletableFuture<Void> introduce() {
        if (!keeper.isTarget(column)) {
            return lost();
        }
        final Columns seen = set.columns();
        return set.log().introduce(seen, column).thenAccept(written -> {
            if (!written) {
                keeper.settleFailed(1L << column, seen, verdict -> {});
                throw set.unavailable("checkpoint of the write log not written: column=" + column);
            }
        });
    }

    private CompletableFuture<Void> lost() {
        return CompletableFuture.failedFuture(set.unavailable("column lost while it was caught up: column=" + column));
    }

    private void regionDone() {
        final boolean due = Long.bitCount(sweep.doneRegions() & ~kept) >= KEEP_REGIONS || now() - keptNs >= KEEP_NS;
        if (due && keeping.isDone()) {
            keeping = keep();
        }
    }

    private long now() {
        return set.controlWork().clock().nanoTime();
    }

    /** Makes what is done stable, then durably no longer owed. Never fails: then it is owed still. */
    private CompletableFuture<Void> keep() {
        final long regions = sweep.doneRegions() & ~kept;
        keptNs = now();
        if (regions == 0
                || !keeper.isTarget(column)
                || begun.incarnation(column) != set.columns().incarnation(column)) {
            return rest();
        }
        final long covered = set.written(column);
        return set.sums()
                .write(begun, 1L << column, regions)
                .thenCompose(failed -> failed == 0 ? flush() : CompletableFuture.completedFuture(IoStatus.IO_ERROR))
                .thenCompose(status -> {
                    if (status == IoStatus.OK) {
                        set.flushedUpTo(column, covered);
                        return keeper.caughtUp(column, begun, regions);
                    }
                    giveUp();
                    return CompletableFuture.completedFuture(false);
                })
                .thenAccept(durable -> kept |= durable ? regions : 0);
    }

    private CompletableFuture<IoStatus> flush() {
        return ControlIo.flush(set.control(), begun.device(column));
    }

    /** Something that was written is perhaps not there. */
    private void giveUp() {
        keeper.settleFailed(1L << column, begun, verdict -> {});
        set.flushFailed(begun.device(column));
    }

    /** A flush before the work takes the report of writes lost so far: whatever they were, they are caught up now. */
    private CompletableFuture<Void> takeOldErrors() {
        final long covered = set.written(column);
        final Device device = begun.device(column);
        return ControlIo.flush(set.control(), device).thenAccept(status -> {
            set.flushedUpTo(column, covered);
            if (status == IoStatus.IO_ERROR) {
                set.flushFailed(device);
            }
        });
    }

    /** Its marks will go when it is relied upon, so its checksums must be on stable media before. */
    private CompletableFuture<Void> writeSums() {
        final Columns seen = set.columns();
        final ColumnSums sums = seen.sums(column);
        if (sums == null) {
            return rest();
        }
        return sums.writeOut(0, set.chunkletBytes()).thenAccept(status -> {
            if (status != IoStatus.OK) {
                keeper.settleFailed(1L << column, seen, verdict -> {});
                throw set.unavailable("checksums not written: column=" + column + " status=" + status);
            }
        });
    }

    private CompletableFuture<Void> flushTarget() {
        if (!keeper.isTarget(column)) {
            return lost();
        }
        return ControlIo.flush(set.control(), set.columns().device(column)).thenCompose(status -> {
            if (status == IoStatus.OK) {
                return rest();
            }
            giveUp();
            return CompletableFuture.failedFuture(set.unavailable("column not flushed: column=" + column));
        });
    }
}
