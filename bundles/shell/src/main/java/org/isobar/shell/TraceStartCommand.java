package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.isobar.api.StorageException;
import org.isobar.api.trace.TraceInfo;
import org.isobar.api.trace.TraceService;
import org.isobar.api.trace.TraceSpec;

/** Starts a trace. */
@Service
@Command(
        scope = "trace",
        name = "start",
        description = "Records the PDUs of an initiator or session into a file for Wireshark")
public final class TraceStartCommand extends ShowCommand<TraceInfo> {
    private static final int MAX_TSIH = 65_535;
    private static final long MAX_BYTES = 1L << 24;

    @Reference
    private TraceService traces;

    @Option(name = "--initiator", description = "iSCSI name of the initiator: its present and future connections")
    private String initiator;

    @Option(name = "--session", description = "TSIH of one session")
    @Completion(SessionIds.class)
    private String session;

    @Option(name = "--bytes", description = "Kept of each PDU, e.g. 128; all when not given")
    private String bytes;

    @Option(name = "--limit", description = "Length at which the file is full, e.g. 1G; 64M when not given")
    private String limit;

    @Override
    protected TraceInfo fetch() {
        final long tsih = session == null ? 0 : number("session", session);
        if (tsih < 0 || tsih > MAX_TSIH) {
            throw unknown("session", session);
        }
        final long snapBytes = bytes == null ? 0 : Size.parse("bytes", bytes);
        if (snapBytes > MAX_BYTES) {
            throw new StorageException(StorageException.Code.INVALID, "bytes: must be at most 16M, is " + bytes);
        }
        return traces.start(
                new TraceSpec(initiator, (int) tsih, (int) snapBytes, limit == null ? 0 : Size.parse("limit", limit)));
    }

    @Override
    protected void print(final TraceInfo trace) {
        TraceTable.print(List.of(trace));
    }
}
