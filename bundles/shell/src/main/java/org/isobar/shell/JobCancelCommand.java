package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.isobar.common.job.Jobs;

/** Asks a job to stop. */
@Service
@Command(scope = "job", name = "cancel", description = "Asks a job to stop")
public final class JobCancelCommand extends StorageCommand {
    @Reference
    private Jobs jobs;

    @Argument(name = "id", description = "The job", required = true)
    @Completion(JobIds.class)
    private String id;

    @Override
    protected void run() {
        jobs.find(number("job", id)).orElseThrow(() -> unknown("job", id)).requestCancel();
        System.out.println("asked job " + id + " to stop");
    }
}
