package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.isobar.api.pool.PoolService;

/** Numbers of RAID sets. */
@Service
public final class RaidSetIds implements Completer {
    @Reference
    private PoolService pools;

    @Override
    public int complete(final Session session, final CommandLine commandLine, final List<String> candidates) {
        return Names.complete(
                pools.sets().stream()
                        .map(set -> Long.toString(set.info().spec().id()))
                        .toList(),
                session,
                commandLine,
                candidates);
    }
}
