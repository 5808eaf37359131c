package org.isobar.shell;

import java.util.Locale;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.balance.SimulationReport;
import org.isobar.api.balance.SimulationReport.Period;
import org.isobar.api.balance.SimulationReport.PoolService;

/** Reports of simulations for people. */
final class SimulationText {
    private static final int PERCENT = 100;

    private SimulationText() {}

    static void print(final SimulationReport report) {
        System.out.printf(
                Locale.ROOT,
                "policy %s on recording %d of volume %s: %d clients, asked every %d s, %s/s copied at most%n",
                report.spec().policy(),
                report.spec().recording(),
                report.volume(),
                report.spec().clients(),
                report.spec().periodS(),
                Size.show(report.spec().bytesPerSecond()));
        final ShellTable table = new ShellTable();
        table.column("From (s)").alignRight();
        table.column("Accesses").alignRight();
        table.column("Served/s").alignRight();
        table.column("Latency (ms)").alignRight();
        table.column("Stay/s").alignRight();
        table.column("Oracle/s").alignRight();
        table.column("Moved").alignRight();
        table.column("Left").alignRight();
        table.column("Pools: share, busy, ms, pages");
        table.column("Then");
        report.periods().forEach(period -> row(table, Long.toString(period.startS()), period));
        row(table, "all", report.sum());
        table.print(System.out);
        final Period sum = report.sum();
        System.out.printf(
                Locale.ROOT,
                "in all: %s of staying, %s of the oracle; %d pages moved (%s)%s%n",
                ratio(sum.policy().perS(), sum.stay().perS()),
                ratio(sum.policy().perS(), sum.oracle().perS()),
                sum.movedPages(),
                Size.show(sum.movedBytes()),
                report.shortestReturnS() < 0
                        ? ""
                        : String.format(Locale.ROOT, ", one again after %.0f s", report.shortestReturnS()));
        report.notes().forEach(note -> System.out.println("note: " + note));
    }

    private static void row(final ShellTable table, final String from, final Period period) {
        final StringBuilder pools = new StringBuilder();
        for (final PoolService pool : period.pools()) {
            pools.append(pools.length() == 0 ? "" : "; ")
                    .append(String.format(
                            Locale.ROOT,
                            "%s %.0f %%, %.0f %%, %.3g, %d",
                            pool.pool(),
                            PERCENT * pool.share(),
                            PERCENT * pool.utilisation(),
                            pool.latencyMs(),
                            pool.pages()));
        }
        table.addRow()
                .addContent(
                        from,
                        period.accesses(),
                        rate(period.policy().perS()),
                        String.format(Locale.ROOT, "%.3g", period.policy().latencyMs()),
                        rate(period.stay().perS()),
                        rate(period.oracle().perS()),
                        period.movedPages(),
                        period.failedPages(),
                        pools,
                        period.reason().isEmpty()
                                ? ""
                                : period.decidedBy() + ": " + period.plannedPages() + " to move; " + period.reason());
    }

    private static String rate(final double perS) {
        return String.format(Locale.ROOT, "%.0f", perS);
    }

    private static String ratio(final double of, final double by) {
        return by == 0 ? "-" : String.format(Locale.ROOT, "%.1f %%", PERCENT * of / by);
    }
}
