package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.statistics.StatisticsService;
import org.isobar.api.statistics.VolumeStatistics;
import org.isobar.api.volume.VolumeService;

/** Shows what was done with volumes. */
@Service
@Command(
        scope = "volume",
        name = "stats",
        description = "Shows commands, bytes and latencies of volumes since the member started")
public final class VolumeStatsCommand extends ShowCommand<List<VolumeStatistics>> {
    @Reference
    private VolumeService volumes;

    @Reference
    private StatisticsService statistics;

    @Argument(name = "name", description = "The volume; all that were used when not given")
    @Completion(VolumeNames.class)
    private String name;

    @Override
    protected List<VolumeStatistics> fetch() {
        if (name == null) {
            return statistics.volumes();
        }
        if (volumes.find(name).isEmpty()) {
            throw unknown("volume", name);
        }
        return List.of(statistics.volume(name));
    }

    @Override
    protected void print(final List<VolumeStatistics> all) {
        final ShellTable table = new ShellTable();
        table.column("Volume");
        TrafficTable.columns(table);
        all.forEach(volume -> TrafficTable.add(table, volume.volume(), volume.traffic()));
        table.emptyTableText("No volume was used").print(System.out);
    }
}
