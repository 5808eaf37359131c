package org.isobar.shell;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.access.AccessService;
import org.isobar.api.access.LoginCounters;

/** Shows how log-ins went. */
@Service
@Command(scope = "access", name = "logins", description = "Shows how log-ins of initiators went since the start")
public final class AccessLoginsCommand extends ShowCommand<LoginCounters> {
    @Reference
    private AccessService access;

    @Override
    protected LoginCounters fetch() {
        return access.counters();
    }

    @Override
    protected void print(final LoginCounters counters) {
        final ShellTable table = new ShellTable().noHeaders();
        table.column("Field");
        table.column("Value").alignRight();
        table.addRow().addContent("Succeeded", counters.succeeded());
        table.addRow().addContent("Proof failed", counters.proofsFailed());
        table.addRow().addContent("No such target, or none for it", counters.targetsRefused());
        table.addRow().addContent("Held back", counters.heldBack());
        table.addRow().addContent("Addresses held back now", counters.addressesHeldBack());
        table.print(System.out);
    }
}
