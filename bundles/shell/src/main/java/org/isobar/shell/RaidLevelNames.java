package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;

/** The shipped RAID levels. */
@Service
public final class RaidLevelNames implements Completer {
    @Override
    public int complete(final Session session, final CommandLine commandLine, final List<String> candidates) {
        return Names.complete(List.of("10", "5", "50"), session, commandLine, candidates);
    }
}
