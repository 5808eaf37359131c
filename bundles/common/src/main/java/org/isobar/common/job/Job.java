package org.isobar.common.job;

import java.util.concurrent.TimeUnit;
import org.isobar.common.time.Clock;

/** Handle of one running job, kept by whoever does the work. Any thread may call. */
public final class Job {
    private static final long WINDOW_NS = TimeUnit.SECONDS.toNanos(10);
    private static final double NS_PER_S = 1e9;
    private static final double MS_PER_S = 1e3;

    private final Clock clock;
    private final long id;
    private JobInfo info;
    private boolean cancelRequested;
    /** The rate is that since here, one to two windows ago. */
    private Mark since;

    private Mark next;

    Job(final Clock clock, final JobInfo info) {
        this.clock = clock;
        this.info = info;
        id = info.id();
        since = new Mark(clock.nanoTime(), 0);
        next = since;
    }

    private record Mark(long ns, long doneUnits) {}

    long id() {
        return id;
    }

    /** Whether it has not ended yet. */
    public synchronized boolean running() {
        return info.state() == JobState.RUNNING;
    }

    /** The picture at this moment. */
    public synchronized JobInfo info() {
        if (info.state() != JobState.RUNNING) {
            return info;
        }
        final long tookNs = clock.nanoTime() - since.ns();
        final double rate = tookNs <= 0 ? 0 : (info.doneUnits() - since.doneUnits()) * NS_PER_S / tookNs;
        final long left = info.totalUnits() - info.doneUnits();
        final long endMs = rate > 0 && left >= 0 ? clock.wallMs() + (long) (left * MS_PER_S / rate) : 0;
        return picture(info.state(), info.doneUnits(), info.totalUnits(), info.message(), rate, endMs);
    }

    /** Adds to the work done. */
    public synchronized void advance(final long units) {
        change(info.state(), info.doneUnits() + units, info.totalUnits(), info.message());
        final long now = clock.nanoTime();
        if (now - next.ns() >= WINDOW_NS) {
            since = next;
            next = new Mark(now, info.doneUnits());
        }
    }

    /** States the whole amount of work. */
    public synchronized void total(final long units) {
        change(info.state(), info.doneUnits(), units, info.message());
    }

    /** Says something about the work that stays when it ends well. */
    public synchronized void note(final String message) {
        change(info.state(), info.doneUnits(), info.totalUnits(), message);
    }

    /** Ends the job well; a job that has ended stays as it is. */
    public synchronized void done() {
        end(JobState.DONE, info.message());
    }

    /** Ends the job badly. */
    public synchronized void failed(final String why) {
        end(JobState.FAILED, why);
    }

    /** Ends the job as asked for. */
    public synchronized void cancelled() {
        end(JobState.CANCELLED, info.message());
    }

    /** Asks the worker to stop; it looks at {@link #cancelRequested()} between units. */
    public synchronized void requestCancel() {
        cancelRequested = true;
    }

    /** Whether someone asked the worker to stop. */
    public synchronized boolean cancelRequested() {
        return cancelRequested;
    }

    private void end(final JobState state, final String message) {
        if (info.state() == JobState.RUNNING) {
            change(state, info.doneUnits(), info.totalUnits(), message);
        }
    }

    private void change(final JobState state, final long done, final long total, final String message) {
        info = picture(state, done, total, message, 0, 0);
    }

    private JobInfo picture(
            final JobState state,
            final long done,
            final long total,
            final String message,
            final double unitsPerSecond,
            final long expectedEndWallMs) {
        return new JobInfo(
                info.id(),
                info.kind(),
                info.subject(),
                state,
                done,
                total,
                info.unit(),
                info.startedWallMs(),
                state == JobState.RUNNING ? 0 : clock.wallMs(),
                message,
                unitsPerSecond,
                expectedEndWallMs);
    }
}
