package org.isobar.shell;

import java.time.Instant;
import java.util.List;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.recording.RecordingInfo;

/** Recordings as a table. */
final class RecordingTable {
    private static final long MS_PER_S = 1000;

    private RecordingTable() {}

    static void print(final List<RecordingInfo> recordings) {
        final ShellTable table = new ShellTable();
        table.column("Id").alignRight();
        table.column("Volume");
        table.column("State");
        table.column("Since");
        table.column("Lasted (s)").alignRight();
        table.column("Pages");
        table.column("Accesses").alignRight();
        table.column("Dropped").alignRight();
        table.column("Length").alignRight();
        table.column("Limit").alignRight();
        table.column("Unreadable").alignRight();
        table.column("File");
        recordings.forEach(recording -> table.addRow()
                .addContent(
                        recording.id(),
                        recording.volume(),
                        recording.state(),
                        Instant.ofEpochMilli(recording.startedWallMs()),
                        recording.lastedMs() / MS_PER_S,
                        recording.sampleOneIn() == 1 ? "all" : "1 in " + recording.sampleOneIn(),
                        recording.accesses(),
                        recording.droppedAccesses(),
                        Size.show(recording.fileBytes()),
                        Size.show(recording.limitBytes()),
                        Size.show(recording.unreadableBytes()),
                        recording.file()));
        table.emptyTableText("No recordings").print(System.out);
    }
}
