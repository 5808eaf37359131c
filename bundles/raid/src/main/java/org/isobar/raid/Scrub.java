package org.isobar.raid;

import java.util.concurrent.CompletableFuture;
import org.isobar.api.raid.ScrubProgress;
import org.isobar.api.raid.ScrubReport;
import org.isobar.common.job.Job;

/**
 * One scrub of a set. The checksums that it made anew are on stable media before it says of a region, or of all, that it is
 * done: it marks nothing, so nobody else would see to that. A column that cannot be written is given up, as by any write.
 * Control lane only.
 */
final class Scrub {
    private final AssembledSet set;
    private final long regions;
    private final ScrubProgress progress;
    private final StripeSweep sweep;
    private final CompletableFuture<Void> rested = new CompletableFuture<>();
    private CompletableFuture<Void> writing = CompletableFuture.completedFuture(null);
    private long begun;
    private long done;
    private long unwritten;

    Scrub(
            final AssembledSet set,
            final boolean repair,
            final long regions,
            final ScrubProgress progress,
            final Job job) {
        this.set = set;
        this.regions = regions;
        this.progress = progress;
        sweep = new StripeSweep(set, SweepKind.SCRUB, -1, repair, regions, job);
        sweep.onRegionDone(this::regionDone);
    }

    CompletableFuture<ScrubReport> run() {
        return set.run(sweep)
                .handle((swept, failure) -> failure)
                // What was made in regions that were cut short is worth keeping, too.
                .thenCompose(failure -> writing.thenCompose(before -> write(regions & ~begun))
                        .whenComplete((failed, bug) -> rested.complete(null))
                        .thenCompose(failed -> failure == null ? finish() : CompletableFuture.failedFuture(failure)));
    }

    /** Ends when the stripes are gone through and their checksums written. */
    CompletableFuture<Void> rested() {
        return rested;
    }

    private CompletableFuture<ScrubReport> finish() {
        if (unwritten != 0) {
            final String what = "checksums not written: regions=" + Long.bitCount(unwritten);
            return CompletableFuture.failedFuture(set.unavailable(what));
        }
        return set.log().scrub(sweep).thenApply(scrubbed -> {
            sweep.reportFound();
            return sweep.report();
        });
    }

    private void regionDone() {
        final long region = sweep.doneRegions() & ~begun;
        writing = writing.thenCompose(before -> write(region)).thenAccept(failed -> {
            if (failed == 0 && region != 0) {
                done |= region;
                progress.regionDone(done, sweep.report());
            }
        });
        begun |= region;
    }

    /** Ends with a mask of the columns whose checksums are not there. What a stale one has is up to whoever catches it up. */
    private CompletableFuture<Long> write(final long some) {
        final Columns columns = set.columns();
        return set.sums()
                .write(columns, columns.readable() | columns.missing(), some)
                .thenApply(failed -> {
                    if (failed != 0) {
                        unwritten |= some;
                        set.keeper().settleFailed(failed & columns.readable(), columns, verdict -> {});
                    }
                    return failed;
                });
    }
}
