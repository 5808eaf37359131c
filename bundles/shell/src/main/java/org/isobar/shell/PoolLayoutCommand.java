package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.pool.PlannedPool;
import org.isobar.api.pool.PoolService;

/** Shows the pools that the layout policy wants, and creates them. */
@Service
@Command(
        scope = "pool",
        name = "layout",
        description = "Shows the pools that the layout policy wants, and creates those that are missing")
public final class PoolLayoutCommand extends ShowCommand<List<PlannedPool>> {
    @Reference
    private PoolService pools;

    @Option(name = "--plan", description = "Only shows them")
    private boolean planOnly;

    @Override
    protected List<PlannedPool> fetch() throws CommandException {
        final List<PlannedPool> plan = await(pools.plannedLayout());
        if (!planOnly) {
            await(pools.createLayout());
        }
        return plan;
    }

    @Override
    protected void print(final List<PlannedPool> plan) {
        final ShellTable table = new ShellTable()
                .emptyTableText("the policy wants no pool: there are too few devices, or no RAID level");
        table.column("Name");
        table.column("RAID");
        table.column("Class");
        table.column("");
        for (final PlannedPool pool : plan) {
            final String what = pool.exists() ? "is there" : planOnly ? "to be created" : "created";
            table.addRow()
                    .addContent(
                            pool.name(),
                            pool.level(),
                            pool.performanceClass(),
                            pool.note().isEmpty() ? what : what + ", " + pool.note());
        }
        table.print(System.out);
    }
}
