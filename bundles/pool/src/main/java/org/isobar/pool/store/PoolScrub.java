package org.isobar.pool.store;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.isobar.api.pool.SetScrub;
import org.isobar.common.job.Job;

/** Scrubs the sets of a pool one after the other, and ends the pool's job by what was found. Control lane. */
final class PoolScrub {
    private final Scrubs scrubs;
    private final Deque<LiveSet> left;
    private final boolean repair;
    private final Job job;
    private long inconsistent;
    private long repaired;
    private long readErrors;
    private long blocksLost;
    private int skipped;

    PoolScrub(final Scrubs scrubs, final List<LiveSet> sets, final boolean repair, final Job job) {
        this.scrubs = scrubs;
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
                scrubs.scrub(set, repair).whenComplete((found, failure) -> {
                    if (failure == null) {
                        add(found);
                    } else {
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

    private void add(final SetScrub found) {
        inconsistent += found.stripesInconsistent();
        repaired += found.stripesRepaired();
        readErrors += found.readErrors();
        blocksLost += found.blocksLost();
    }

    private void end() {
        if (job.cancelRequested()) {
            job.cancelled();
        } else if (skipped == 0 && readErrors == 0 && inconsistent == repaired) {
            job.done();
        } else {
            job.failed("stripesInconsistent=" + inconsistent + " stripesRepaired=" + repaired + " readErrors="
                    + readErrors + " blocksLost=" + blocksLost + " setsNotScrubbed=" + skipped
                    + (inconsistent > repaired ? "; scrub again with repair" : ""));
        }
    }
}
