package org.isobar.shell;

import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.pool.DeviceUsage;
import org.isobar.api.pool.PoolService;

/** Shows how devices are used. */
@Service
@Command(scope = "pool", name = "usage", description = "Shows how many chunklets of each device each pool uses")
public final class PoolUsageCommand extends ShowCommand<List<DeviceUsage>> {
    @Reference
    private PoolService pools;

    @Override
    protected List<DeviceUsage> fetch() {
        return pools.usage();
    }

    @Override
    protected void print(final List<DeviceUsage> usage) {
        final List<String> names = usage.stream()
                .flatMap(device -> device.chunkletsByPool().keySet().stream())
                .distinct()
                .sorted()
                .toList();
        final List<String> levels = usage.stream()
                .flatMap(device -> device.chunkletsByLevel().keySet().stream())
                .distinct()
                .sorted()
                .toList();
        final ShellTable table = new ShellTable();
        table.column("Device");
        table.column("Free").alignRight();
        names.forEach(name -> table.column(name).alignRight());
        levels.forEach(level -> table.column("RAID " + level).alignRight());
        for (final DeviceUsage device : usage) {
            final List<Object> row = new ArrayList<>();
            row.add(device.device());
            row.add(device.freeChunklets());
            names.forEach(name -> row.add(device.chunkletsByPool().getOrDefault(name, 0)));
            levels.forEach(level -> row.add(device.chunkletsByLevel().getOrDefault(level, 0)));
            table.addRow().addContent(row);
        }
        table.emptyTableText("No devices").print(System.out);
    }
}
