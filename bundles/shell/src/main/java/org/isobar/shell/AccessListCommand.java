package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.access.AccessRule;
import org.isobar.api.access.AccessService;
import org.isobar.api.access.VolumeAccess;

/** Lists rules. */
@Service
@Command(scope = "access", name = "list", description = "Lists who may use which volume")
public final class AccessListCommand extends ShowCommand<List<VolumeAccess>> {
    @Reference
    private AccessService access;

    @Argument(name = "volume", description = "Only this volume")
    @Completion(VolumeNames.class)
    private String volume;

    @Override
    protected List<VolumeAccess> fetch() {
        return volume == null ? access.volumes() : List.of(access.volume(volume));
    }

    @Override
    protected void print(final List<VolumeAccess> volumes) {
        final ShellTable table = new ShellTable();
        table.column("Volume");
        table.column("Rule").alignRight();
        table.column("Initiator");
        table.column("Address");
        table.column("CHAP user");
        table.column("Grant");
        for (final VolumeAccess each : volumes) {
            if (each.rules().isEmpty()) {
                table.addRow().addContent(each.volume(), "", "any", "this host only", "", "READ_WRITE");
            }
            for (final AccessRule rule : each.rules()) {
                table.addRow()
                        .addContent(
                                each.volume(),
                                rule.id(),
                                rule.initiatorName() == null ? "any" : rule.initiatorName(),
                                rule.address() == null ? "any" : rule.address(),
                                rule.chapUser() == null ? "" : rule.chapUser(),
                                rule.grant());
            }
        }
        table.emptyTableText("No volumes").print(System.out);
    }
}
