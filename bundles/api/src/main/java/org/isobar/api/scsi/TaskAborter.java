package org.isobar.api.scsi;

/** The transport's side of a nexus: it has the tasks, so it aborts them. */
@FunctionalInterface
public interface TaskAborter {
    /**
     * Aborts the tasks of the nexus without answering them (SAM-5 §5.6): those that wait for something are forgotten, those
     * that the logical unit works on end by themselves. Any thread may call.
     *
     * @param but a task that goes on, or null
     * @param drained called once, on any thread, when the logical unit holds none of them any more
     */
    void abortTasks(ScsiTask but, Runnable drained);
}
