package org.isobar.shell;

import java.time.Instant;
import java.util.List;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.trace.TraceInfo;

/** Traces as a table. */
final class TraceTable {
    private TraceTable() {}

    static void print(final List<TraceInfo> traces) {
        final ShellTable table = new ShellTable();
        table.column("Id").alignRight();
        table.column("Of");
        table.column("State");
        table.column("Since");
        table.column("PDUs").alignRight();
        table.column("Length").alignRight();
        table.column("Limit").alignRight();
        table.column("Dropped").alignRight();
        table.column("File");
        traces.forEach(trace -> table.addRow()
                .addContent(
                        trace.id(),
                        trace.initiator().isEmpty() ? "session " + trace.tsih() : trace.initiator(),
                        trace.state(),
                        Instant.ofEpochMilli(trace.startedWallMs()),
                        trace.pdus(),
                        Size.show(trace.fileBytes()),
                        Size.show(trace.limitBytes()),
                        Size.show(trace.droppedBytes()),
                        trace.file()));
        table.emptyTableText("No traces").print(System.out);
    }
}
