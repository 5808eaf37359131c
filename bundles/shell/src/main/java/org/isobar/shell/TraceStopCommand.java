package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.isobar.api.trace.TraceInfo;
import org.isobar.api.trace.TraceService;

/** Ends a trace. */
@Service
@Command(scope = "trace", name = "stop", description = "Ends a recording; its file stays")
public final class TraceStopCommand extends ShowCommand<TraceInfo> {
    @Reference
    private TraceService traces;

    @Argument(name = "id", description = "The trace", required = true)
    @Completion(TraceIds.class)
    private String id;

    @Override
    protected TraceInfo fetch() {
        return traces.stop(TraceIds.parse(id));
    }

    @Override
    protected void print(final TraceInfo trace) {
        TraceTable.print(List.of(trace));
    }
}
