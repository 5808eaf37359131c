package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.PoolService;

/** Names of pools. */
@Service
public final class PoolNames implements Completer {
    @Reference
    private PoolService pools;

    @Override
    public int complete(final Session session, final CommandLine commandLine, final List<String> candidates) {
        return Names.complete(pools.pools().stream().map(PoolInfo::name).toList(), session, commandLine, candidates);
    }
}
