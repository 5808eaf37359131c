package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.iscsi.TargetInfo;
import org.isobar.api.iscsi.TargetService;
import org.isobar.api.iscsi.VolumeExport;
import org.isobar.api.volume.VolumeService;

/** Lists volumes. */
@Service
@Command(scope = "volume", name = "list", description = "Lists volumes with their size")
public final class VolumeListCommand extends ShowCommand<List<VolumeExport>> {
    @Reference
    private VolumeService volumes;

    @Reference
    private TargetService targets;

    @Override
    protected List<VolumeExport> fetch() {
        final List<TargetInfo> exported = targets.targets();
        return volumes.volumes().stream()
                .map(volume -> VolumeExport.of(volume.info(), exported))
                .toList();
    }

    @Override
    protected void print(final List<VolumeExport> exports) {
        final ShellTable table = new ShellTable();
        table.column("Name");
        table.column("Pool");
        table.column("RAID");
        table.column("Size").alignRight();
        table.column("Allocated").alignRight();
        table.column("State");
        table.column("URL");
        exports.forEach(volume -> table.addRow()
                .addContent(
                        volume.name(),
                        volume.pool(),
                        volume.level(),
                        Size.show(volume.sizeBytes()),
                        Size.show(volume.allocatedBytes()),
                        volume.state(),
                        volume.url() == null ? "" : volume.url()));
        table.emptyTableText("No volumes: create one with volume:create").print(System.out);
    }
}
