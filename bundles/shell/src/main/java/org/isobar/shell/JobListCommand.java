package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.isobar.common.job.JobInfo;
import org.isobar.common.job.Jobs;

/** Lists jobs. */
@Service
@Command(scope = "job", name = "list", description = "Lists running jobs and the last that ended, newest first")
public final class JobListCommand extends ShowCommand<List<JobInfo>> {
    @Reference
    private Jobs jobs;

    @Override
    protected List<JobInfo> fetch() {
        return jobs.all();
    }

    @Override
    protected void print(final List<JobInfo> infos) {
        JobTable.print(infos);
    }
}
