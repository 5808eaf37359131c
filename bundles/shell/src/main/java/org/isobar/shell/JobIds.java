package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.isobar.common.job.Jobs;

/** Numbers of jobs. */
@Service
public final class JobIds implements Completer {
    @Reference
    private Jobs jobs;

    @Override
    public int complete(final Session session, final CommandLine commandLine, final List<String> candidates) {
        return Names.complete(
                jobs.all().stream().map(job -> Long.toString(job.id())).toList(), session, commandLine, candidates);
    }
}
