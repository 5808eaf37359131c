package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.isobar.api.trace.TraceService;

/** Deletes a trace. */
@Service
@Command(scope = "trace", name = "delete", description = "Ends a recording and deletes its file")
public final class TraceDeleteCommand extends StorageCommand {
    @Reference
    private TraceService traces;

    @Argument(name = "id", description = "The trace", required = true)
    @Completion(TraceIds.class)
    private String id;

    @Override
    protected void run() {
        traces.delete(TraceIds.parse(id));
        System.out.println("deleted trace " + id);
    }
}
