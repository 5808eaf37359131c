package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.isobar.api.trace.TraceService;

/** Numbers of traces. */
@Service
public final class TraceIds implements Completer {
    @Reference
    private TraceService traces;

    @Override
    public int complete(final Session session, final CommandLine commandLine, final List<String> candidates) {
        return Names.complete(
                traces.traces().stream()
                        .map(trace -> Integer.toString(trace.id()))
                        .toList(),
                session,
                commandLine,
                candidates);
    }

    /** The number that was typed. */
    static int parse(final String id) {
        final long wanted = StorageCommand.number("trace", id);
        if (wanted != (int) wanted) {
            throw StorageCommand.unknown("trace", id);
        }
        return (int) wanted;
    }
}
