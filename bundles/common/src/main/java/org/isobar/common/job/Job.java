package org.isobar.common.job;

import org.isobar.common.time.Clock;

/** Handle of one running job, kept by whoever does the work. Any thread may call. */
public final class Job {
    private final Clock clock;
    private JobInfo info;
    private boolean cancelRequested;

    Job(final Clock clock, final JobInfo info) {
        this.clock = clock;
        this.info = info;
    }

    /** The picture at this moment. */
    public synchronized JobInfo info() {
        return info;
    }

    /** Adds to the work done. */
    public synchronized void advance(final long units) {
        change(info.state(), info.doneUnits() + units, info.totalUnits(), info.message());
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
        info = new JobInfo(
                info.id(),
                info.kind(),
                info.subject(),
                state,
                done,
                total,
                info.unit(),
                info.startedWallMs(),
                state == JobState.RUNNING ? 0 : clock.wallMs(),
                message);
    }
}
