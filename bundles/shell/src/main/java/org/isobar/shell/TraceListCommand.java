package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.isobar.api.trace.TraceInfo;
import org.isobar.api.trace.TraceService;

/** Lists traces. */
@Service
@Command(scope = "trace", name = "list", description = "Lists recordings of PDUs, newest first")
public final class TraceListCommand extends ShowCommand<List<TraceInfo>> {
    @Reference
    private TraceService traces;

    @Override
    protected List<TraceInfo> fetch() {
        return traces.traces();
    }

    @Override
    protected void print(final List<TraceInfo> all) {
        TraceTable.print(all);
    }
}
