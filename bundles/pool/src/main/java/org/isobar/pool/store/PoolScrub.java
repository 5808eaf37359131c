package org.isobar.pool.store;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.isobar.api.raid.ScrubReport;
import org.isobar.common.job.Job;
import org.isobar.common.job.Jobs;

/** Scrubs the sets of a pool one after the other, and ends the pool's job by what was found. Control lane. */
final class PoolScrub {
    private final Jobs jobs;
    private final Deque<LiveSet> left;
    private final boolean repair;
    private final Job job;
    private long inconsistent;
    private long repaired;
    private long readErrors;
    private long checksumErrors;
    private int skipped;

    PoolScrub(final Jobs jobs, final List<LiveSet> sets, final boolean repair, final Job job) {
        this.jobs = jobs;
        left = new ArrayDeque<>(sets);
        this.repair = repair;
        this.job = job;
    }

    void next() {
        while (!left.isEmpty() && !job.cancelRequested()) {
            final LiveSet set = left.remove();
            if (set.leaving()) {
                job.advance(1);
                continue;
            }
            if (set.serving()) {
                final Job own = jobs.start("scrub", "set=" + set.id(), 0, "bytes");
                set.raid().scrub(repair, own).whenComplete((report, failure) -> {
                    if (failure == null) {
                        own.done();
                        add(report);
                    } else {
                        own.failed(Failures.message(failure));
                        skipped += set.leaving() ? 0 : 1;
                    }
                    job.advance(1);
                    next();
                });
                return;
            }
            skipped++;
            job.advance(1);
        }
        end();
    }

    private void add(final ScrubReport report) {
        inconsistent += report.stripesInconsistent();
        repaired += report.stripesRepaired();
        readErrors += report.readErrors();
        checksumErrors += report.checksumErrors();
    }

    private void end() {
        if (job.cancelRequested()) {
            job.cancelled();
        } else if (skipped == 0 && readErrors == 0 && inconsistent == repaired) {
            job.done();
        } else {
            job.failed("stripesInconsistent=" + inconsistent + " stripesRepaired=" + repaired + " readErrors="
                    + readErrors + " checksumErrors=" + checksumErrors + " setsNotScrubbed=" + skipped
                    + (inconsistent > repaired ? "; scrub again with repair" : ""));
        }
    }
}
