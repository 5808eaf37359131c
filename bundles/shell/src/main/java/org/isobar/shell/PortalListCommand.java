package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.iscsi.PortalInfo;
import org.isobar.api.iscsi.TargetService;

/** Lists portals. */
@Service
@Command(scope = "portal", name = "list", description = "Lists the portals")
public final class PortalListCommand extends ShowCommand<List<PortalInfo>> {
    @Reference
    private TargetService targets;

    @Override
    protected List<PortalInfo> fetch() {
        return targets.portals();
    }

    @Override
    protected void print(final List<PortalInfo> portals) {
        final ShellTable table = new ShellTable();
        table.column("Address");
        table.column("Port").alignRight();
        table.column("Portal group").alignRight();
        table.column("Initiators are told");
        table.column("Connections").alignRight();
        table.column("State");
        portals.forEach(portal -> table.addRow()
                .addContent(
                        portal.address(),
                        portal.port(),
                        portal.portalGroupTag(),
                        portal.advertise() == null ? String.join(" ", portal.reachable()) : portal.advertise(),
                        portal.connections(),
                        portal.problem() == null ? "listening" : "down: " + portal.problem()));
        table.emptyTableText("No portals").print(System.out);
    }
}
