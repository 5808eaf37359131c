package org.isobar.common.job;

/** Life of a job; the last three are final. */
public enum JobState {
    /** At work. */
    RUNNING,
    /** Finished all its units. */
    DONE,
    /** Gave up; the job's message says why and what to do. */
    FAILED,
    /** Stopped on request. */
    CANCELLED
}
