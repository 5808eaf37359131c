package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.iscsi.TargetInfo;
import org.isobar.api.iscsi.TargetService;

/** Lists targets. */
@Service
@Command(scope = "target", name = "list", description = "Lists targets and where initiators find them")
public final class TargetListCommand extends ShowCommand<List<TargetInfo>> {
    @Reference
    private TargetService targets;

    @Override
    protected List<TargetInfo> fetch() {
        return targets.targets();
    }

    @Override
    protected void print(final List<TargetInfo> infos) {
        final ShellTable table = new ShellTable();
        table.column("Name");
        table.column("Volume");
        table.column("Sessions").alignRight();
        table.column("URLs");
        infos.forEach(target -> table.addRow()
                .addContent(target.name(), target.volume(), target.sessions(), String.join(" ", target.urls())));
        table.emptyTableText("No targets: each volume gets one").print(System.out);
    }
}
