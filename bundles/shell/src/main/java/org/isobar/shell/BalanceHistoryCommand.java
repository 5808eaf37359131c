package org.isobar.shell;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.balance.BalanceDecision;
import org.isobar.api.balance.BalanceService;

/** Shows what balancing has decided. */
@Service
@Command(
        scope = "balance",
        name = "history",
        description = "Shows the last decisions of balancing, also those to do nothing, and what became of them")
public final class BalanceHistoryCommand extends ShowCommand<List<BalanceDecision>> {
    @Reference
    private BalanceService balance;

    @Override
    protected List<BalanceDecision> fetch() {
        return balance.history();
    }

    @Override
    protected void print(final List<BalanceDecision> all) {
        final ShellTable table = new ShellTable();
        table.column("When");
        table.column("Policy");
        table.column("Times").alignRight();
        table.column("Pages").alignRight();
        table.column("Moved").alignRight();
        table.column("Left").alignRight();
        table.column("Gain (s/s)").alignRight();
        table.column("Reason");
        all.forEach(decision -> table.addRow()
                .addContent(
                        Instant.ofEpochMilli(decision.wallMs()),
                        decision.policy(),
                        decision.times(),
                        decision.plannedPages(),
                        decision.movedPages(),
                        decision.failedPages(),
                        String.format(Locale.ROOT, "%.3g", decision.gainPerS()),
                        decision.reason()));
        table.emptyTableText("No decision since the member started").print(System.out);
    }
}
