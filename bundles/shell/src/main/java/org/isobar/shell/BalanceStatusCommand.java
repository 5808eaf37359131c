package org.isobar.shell;

import java.util.Set;
import java.util.TreeSet;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.isobar.api.balance.BalanceDecision;
import org.isobar.api.balance.BalanceService;
import org.isobar.api.balance.BalanceSettings;
import org.isobar.api.balance.BalanceStatus;

/** Shows what balancing does. */
@Service
@Command(scope = "balance", name = "status", description = "Shows whether and how pages are balanced over pools")
public final class BalanceStatusCommand extends ShowCommand<BalanceStatus> {
    @Reference
    private BalanceService balance;

    @Override
    protected BalanceStatus fetch() {
        return balance.status();
    }

    @Override
    protected void print(final BalanceStatus status) {
        System.out.println(text(status.settings()));
        System.out.println("policies that can be chosen: " + String.join(", ", status.policies()));
        System.out.println("state: " + status.state() + ", " + status.leftPages() + " pages left to move");
        final BalanceDecision last = status.last();
        System.out.println(
                last == null
                        ? "no decision since the member started"
                        : "last decision: " + last.plannedPages() + " pages to move; " + last.reason());
        final BalanceStatus.Counters counters = status.counters();
        System.out.println("since the start: " + counters.decisions() + " decisions, " + counters.nothingDecisions()
                + " to do nothing; " + counters.movedPages() + " pages moved (" + Size.show(counters.movedBytes())
                + "), "
                + counters.failedPages() + " left where they were");
    }

    static String text(final BalanceSettings settings) {
        return "balancing is " + (settings.enabled() ? "on" : "off") + ": policy " + settings.policy() + " every "
                + settings.intervalS() + " s from " + settings.fromHour() + " to " + settings.untilHour()
                + " o'clock UTC, " + Size.show(settings.bytesPerSecond()) + "/s at most"
                + without("pools", settings.excludedPools())
                + without("volumes", settings.excludedVolumes());
    }

    private static String without(final String what, final Set<String> names) {
        return names.isEmpty() ? "" : ", without " + what + " " + String.join(", ", new TreeSet<>(names));
    }
}
