package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.access.AccessService;
import org.isobar.api.access.ChapUser;

/** Lists CHAP users. */
@Service
@Command(scope = "chap", name = "user-list", description = "Lists CHAP users, without their secrets")
public final class ChapUserListCommand extends ShowCommand<List<ChapUser>> {
    @Reference
    private AccessService access;

    @Override
    protected List<ChapUser> fetch() {
        return access.users();
    }

    @Override
    protected void print(final List<ChapUser> users) {
        final ShellTable table = new ShellTable();
        table.column("Name");
        table.column("Target proves itself as");
        table.column("State");
        users.forEach(user -> table.addRow()
                .addContent(
                        user.name(),
                        user.targetName() == null ? "" : user.targetName(),
                        user.usable() ? "usable" : "key missing: restore etc/access.key"));
        table.emptyTableText("No users: add one with chap:user-add").print(System.out);
    }
}
