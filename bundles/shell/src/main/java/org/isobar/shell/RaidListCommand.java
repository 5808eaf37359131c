package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.pool.PoolService;
import org.isobar.api.pool.SetPlacement;

/** Lists RAID sets. */
@Service
@Command(scope = "raid", name = "list", description = "Lists RAID sets with their state")
public final class RaidListCommand extends ShowCommand<List<SetPlacement>> {
    @Reference
    private PoolService pools;

    @Override
    protected List<SetPlacement> fetch() {
        return pools.sets();
    }

    @Override
    protected void print(final List<SetPlacement> sets) {
        final ShellTable table = new ShellTable();
        table.column("Id").alignRight();
        table.column("Pool");
        table.column("RAID");
        table.column("State");
        table.column("Columns").alignRight();
        table.column("Slots used").alignRight();
        table.column("Dirty regions").alignRight();
        sets.forEach(set -> table.addRow()
                .addContent(
                        set.info().spec().id(),
                        set.pool(),
                        set.info().spec().level(),
                        set.info().state(),
                        set.info().columns().size(),
                        set.usedSlots() + "/" + set.slotCount(),
                        set.info().dirtyRegions()));
        table.emptyTableText("No RAID sets: pools form them when volumes are written")
                .print(System.out);
    }
}
