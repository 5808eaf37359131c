package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.common.policy.Policies;
import org.isobar.common.policy.PolicyInfo;

/** Lists the policies that can be selected. */
@Service
@Command(
        scope = "policy",
        name = "list",
        description = "Lists the policies of every kind: where they come from, who uses them, and which are fenced")
public final class PolicyListCommand extends ShowCommand<List<PolicyInfo>> {
    private static final int USERS_MAX = 3;

    @Reference
    private Policies policies;

    @Override
    protected List<PolicyInfo> fetch() {
        return policies.policies();
    }

    @Override
    protected void print(final List<PolicyInfo> all) {
        final ShellTable table = new ShellTable();
        table.column("Kind");
        table.column("Name");
        table.column("Bundle");
        table.column("Version");
        table.column("Used by");
        table.column("Calls").alignRight();
        table.column("Failures").alignRight();
        table.column("State");
        all.forEach(policy -> table.addRow()
                .addContent(
                        policy.kind(),
                        policy.name(),
                        policy.bundle(),
                        policy.version(),
                        users(policy.usedBy()),
                        policy.calls(),
                        policy.failures(),
                        policy.fenced() ? "fenced: " + policy.why() : "serves"));
        table.print(System.out);
    }

    private static String users(final List<String> users) {
        return users.size() <= USERS_MAX
                ? String.join(" ", users)
                : String.join(" ", users.subList(0, USERS_MAX)) + " and " + (users.size() - USERS_MAX) + " more";
    }
}
