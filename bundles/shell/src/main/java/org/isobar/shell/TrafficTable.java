package org.isobar.shell;

import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.statistics.CommandStatistics;
import org.isobar.api.statistics.StatusStatistics;
import org.isobar.api.statistics.TrafficStatistics;

/** Traffic as a table: a line for each kind of command. */
final class TrafficTable {
    private TrafficTable() {}

    /** The columns that {@link #add} fills, after those of whose traffic it is. */
    static void columns(final ShellTable table) {
        table.column("Kind");
        table.column("Commands").alignRight();
        table.column("Bytes").alignRight();
        table.column("Mean us").alignRight();
        table.column("p50 us").alignRight();
        table.column("p99 us").alignRight();
        table.column("p99.9 us").alignRight();
        table.column("Max us").alignRight();
        table.column("Errors").alignRight();
        table.column("Aborted").alignRight();
        table.column("In flight").alignRight();
    }

    /** Three lines for one owner. */
    static void add(final ShellTable table, final String owner, final TrafficStatistics traffic) {
        final StatusStatistics errors = traffic.errors();
        final long failed = errors.checkCondition()
                + errors.busy()
                + errors.reservationConflict()
                + errors.taskSetFull()
                + errors.other();
        kind(table, owner, "read", traffic.read(), failed, traffic.aborted(), traffic.inFlight());
        kind(table, "", "write", traffic.write(), "", "", "");
        kind(table, "", "other", traffic.other(), "", "", "");
    }

    private static void kind(
            final ShellTable table,
            final String owner,
            final String kind,
            final CommandStatistics statistics,
            final Object... common) {
        table.addRow()
                .addContent(
                        owner,
                        kind,
                        statistics.commands(),
                        Size.show(statistics.bytes()),
                        statistics.latency().meanUs(),
                        statistics.latency().p50Us(),
                        statistics.latency().p99Us(),
                        statistics.latency().p999Us(),
                        statistics.latency().maxUs(),
                        common[0],
                        common[1],
                        common[2]);
    }
}
