package org.isobar.shell;

import java.util.Map;
import java.util.stream.Collectors;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.iscsi.TargetService;
import org.isobar.api.iscsi.VolumeExport;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.api.volume.VolumeMoves;
import org.isobar.api.volume.VolumePlacement;
import org.isobar.api.volume.VolumeService;

/** Shows one volume. */
@Service
@Command(scope = "volume", name = "show", description = "Shows a volume")
public final class VolumeShowCommand extends ShowCommand<VolumeExport> {
    @Reference
    private VolumeService volumes;

    @Reference
    private TargetService targets;

    @Reference
    private VolumeMoves moves;

    @Argument(name = "name", description = "The volume", required = true)
    @Completion(VolumeNames.class)
    private String name;

    @Override
    protected VolumeExport fetch() {
        final VolumeInfo volume =
                volumes.find(name).orElseThrow(() -> unknown("volume", name)).info();
        return VolumeExport.of(volume, targets.targets());
    }

    @Override
    protected void print(final VolumeExport volume) {
        final ShellTable table = new ShellTable().noHeaders();
        table.column("Field");
        table.column("Value");
        table.addRow().addContent("Name", volume.name());
        table.addRow().addContent("UUID", volume.uuid());
        table.addRow().addContent("Number", volume.number());
        table.addRow().addContent("State", volume.state());
        table.addRow()
                .addContent(
                        "Pool", volume.pool() + " (RAID " + volume.level() + ", chosen by " + volume.policy() + ")");
        final VolumePlacement placement = moves.placement(name);
        table.addRow().addContent("Pages", pages(placement, volume.pageBytes()));
        table.addRow().addContent("Allocation", AllocationText.show(placement.allocation(), placement.pool()));
        table.addRow().addContent("Pinned", placement.pinned() ? "yes" : "no");
        table.addRow().addContent("Size", Size.show(volume.sizeBytes()) + " (" + volume.sizeBytes() + " bytes)");
        table.addRow().addContent("Allocated", Size.show(volume.allocatedBytes()));
        table.addRow()
                .addContent("Fullness", volume.fullness() + ", " + VolumeThresholdsCommand.shown(volume.thresholds()));
        table.addRow().addContent("Page", Size.show(volume.pageBytes()));
        table.addRow().addContent("Verify reads", volume.verifyReads() ? "on" : "off");
        table.addRow().addContent("Target", volume.iqn() == null ? "none" : volume.iqn());
        table.addRow().addContent("URL", volume.url() == null ? "none" : volume.url());
        table.addRow().addContent("Used by", String.join(", ", volumes.users(name)));
        table.print(System.out);
    }

    private static String pages(final VolumePlacement placement, final int pageBytes) {
        return placement.bytesByPool().isEmpty()
                ? "none"
                : placement.bytesByPool().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(pool -> pool.getValue() / pageBytes + " in pool " + pool.getKey())
                        .collect(Collectors.joining(", "));
    }
}
