package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.isobar.common.job.JobInfo;
import org.isobar.common.job.Jobs;

/** Shows one job. */
@Service
@Command(scope = "job", name = "show", description = "Shows a job's progress")
public final class JobShowCommand extends ShowCommand<JobInfo> {
    @Reference
    private Jobs jobs;

    @Argument(name = "id", description = "The job", required = true)
    @Completion(JobIds.class)
    private String id;

    @Override
    protected JobInfo fetch() {
        return jobs.find(number("job", id))
                .orElseThrow(() -> unknown("job", id))
                .info();
    }

    @Override
    protected void print(final JobInfo info) {
        JobTable.print(List.of(info));
    }
}
