package org.isobar.shell;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.balance.BalanceDecision;
import org.isobar.api.balance.BalanceService;

/** Asks the balancing policy. */
@Service
@Command(
        scope = "balance",
        name = "run-now",
        description =
                "Asks the balancing policy now, even while balancing is off, and begins to make the moves it wants")
public final class BalanceRunNowCommand extends StorageCommand {
    @Reference
    private BalanceService balance;

    @Override
    protected void run() throws CommandException {
        final BalanceDecision decision = await(balance.runNow());
        System.out.println(decision.policy() + ": " + decision.plannedPages() + " pages to move; " + decision.reason());
    }
}
