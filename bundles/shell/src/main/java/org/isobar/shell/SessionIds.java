package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.isobar.api.iscsi.TargetService;

/** Handles of sessions. */
@Service
public final class SessionIds implements Completer {
    @Reference
    private TargetService targets;

    @Override
    public int complete(final Session session, final CommandLine commandLine, final List<String> candidates) {
        return Names.complete(
                targets.sessions().stream()
                        .map(entry -> Integer.toString(entry.tsih()))
                        .toList(),
                session,
                commandLine,
                candidates);
    }
}
