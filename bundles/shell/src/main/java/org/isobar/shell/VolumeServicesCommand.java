package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.volume.NamedService;
import org.isobar.api.volume.VolumeService;

/** Lists services with a name. */
@Service
@Command(
        scope = "volume",
        name = "services",
        description = "Lists the services that have a name, which volumes may ask for, and the pools that promise them")
public final class VolumeServicesCommand extends ShowCommand<List<NamedService>> {
    @Reference
    private VolumeService volumes;

    @Override
    protected List<NamedService> fetch() {
        return volumes.services();
    }

    @Override
    protected void print(final List<NamedService> services) {
        final ShellTable table = new ShellTable();
        table.column("Name");
        table.column("Asks");
        table.column("Pools");
        services.forEach(service ->
                table.addRow().addContent(service.name(), service.asks(), String.join(" ", service.pools())));
        table.emptyTableText("No services have a name: services in etc/org.isobar.volume.cfg gives them one")
                .print(System.out);
    }
}
