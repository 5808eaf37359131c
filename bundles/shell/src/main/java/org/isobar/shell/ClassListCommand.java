package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.profile.PerformanceClass;
import org.isobar.api.profile.ProfileService;

/** Lists performance classes. */
@Service
@Command(scope = "class", name = "list", description = "Lists the classes that like regions of measured devices form")
public final class ClassListCommand extends ShowCommand<List<PerformanceClass>> {
    @Reference
    private ProfileService profiles;

    @Override
    protected List<PerformanceClass> fetch() {
        return profiles.classes();
    }

    @Override
    protected void print(final List<PerformanceClass> classes) {
        final ShellTable table = new ShellTable().emptyTableText("no device was measured yet: device:measure UUID");
        table.column("Name");
        table.column("Devices").alignRight();
        table.column("Regions").alignRight();
        table.column("Chunklets").alignRight();
        PerformanceColumns.add(table);
        for (final PerformanceClass one : classes) {
            final long devices = one.parts().stream()
                    .map(PerformanceClass.Part::device)
                    .distinct()
                    .count();
            PerformanceColumns.addRow(
                    table, one.performance(), one.name(), devices, one.parts().size(), one.chunkletCount());
        }
        table.print(System.out);
    }
}
