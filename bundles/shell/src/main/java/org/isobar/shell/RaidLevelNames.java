package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.isobar.api.pool.PoolService;
import org.isobar.api.raid.RaidLevelInfo;

/** The RAID levels that are installed. */
@Service
public final class RaidLevelNames implements Completer {
    @Reference
    private PoolService pools;

    @Override
    public int complete(final Session session, final CommandLine commandLine, final List<String> candidates) {
        final List<String> names = pools.levels().stream()
                .filter(use -> use.level().state() == RaidLevelInfo.State.INSTALLED)
                .map(use -> use.level().name())
                .toList();
        return Names.complete(names, session, commandLine, candidates);
    }
}
