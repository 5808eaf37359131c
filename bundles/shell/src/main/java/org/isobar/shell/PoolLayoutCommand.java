package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.PoolService;

/** Creates the pools that the layout policy wants. */
@Service
@Command(
        scope = "pool",
        name = "layout",
        description = "Creates the pools that the layout policy wants and that are missing")
public final class PoolLayoutCommand extends ShowCommand<List<PoolInfo>> {
    @Reference
    private PoolService pools;

    @Override
    protected List<PoolInfo> fetch() throws CommandException {
        return await(pools.createLayout());
    }

    @Override
    protected void print(final List<PoolInfo> infos) {
        PoolTable.print(infos);
    }
}
