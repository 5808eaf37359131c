package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.isobar.api.iscsi.TargetService;

/** Places of portals. */
@Service
public final class PortalPlaces implements Completer {
    @Reference
    private TargetService targets;

    @Override
    public int complete(final Session session, final CommandLine commandLine, final List<String> candidates) {
        return Names.complete(
                targets.portals().stream()
                        .map(portal -> portal.address() + ":" + portal.port())
                        .toList(),
                session,
                commandLine,
                candidates);
    }
}
