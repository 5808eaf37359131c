package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.pool.LevelUse;
import org.isobar.api.pool.PoolService;

/** Lists RAID levels. */
@Service
@Command(
        scope = "raid",
        name = "levels",
        description = "Lists the RAID levels that are installed or needed: where they come from and who uses them")
public final class RaidLevelsCommand extends ShowCommand<List<LevelUse>> {
    @Reference
    private PoolService pools;

    @Override
    protected List<LevelUse> fetch() {
        return pools.levels();
    }

    @Override
    protected void print(final List<LevelUse> levels) {
        final ShellTable table = new ShellTable();
        table.column("Level");
        table.column("State");
        table.column("Bundle");
        table.column("Version");
        table.column("Devices from").alignRight();
        table.column("Pools");
        table.column("Sets").alignRight();
        table.column("Offline").alignRight();
        table.column("Why");
        levels.forEach(use -> table.addRow()
                .addContent(
                        use.level().name(),
                        use.level().state(),
                        use.level().bundle(),
                        use.level().version(),
                        use.level().minDevices() == 0 ? "" : use.level().minDevices(),
                        String.join(" ", use.pools()),
                        use.sets(),
                        use.offlineSets(),
                        use.level().why()));
        table.emptyTableText("No RAID levels: install a bundle that provides one")
                .print(System.out);
    }
}
