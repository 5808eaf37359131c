package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.statistics.SessionStatistics;
import org.isobar.api.statistics.StatisticsService;

/** Shows what sessions have done. */
@Service
@Command(
        scope = "session",
        name = "stats",
        description = "Shows commands, bytes and latencies of sessions since log-in")
public final class SessionStatsCommand extends ShowCommand<List<SessionStatistics>> {
    @Reference
    private StatisticsService statistics;

    @Argument(name = "tsih", description = "The session; all when not given")
    @Completion(SessionIds.class)
    private String tsih;

    @Override
    protected List<SessionStatistics> fetch() {
        if (tsih == null) {
            return statistics.sessions();
        }
        final long wanted = number("session", tsih);
        if (wanted != (int) wanted) {
            throw unknown("session", tsih);
        }
        return List.of(statistics.session((int) wanted));
    }

    @Override
    protected void print(final List<SessionStatistics> sessions) {
        final ShellTable table = new ShellTable();
        table.column("Session");
        TrafficTable.columns(table);
        sessions.forEach(session -> TrafficTable.add(
                table, session.tsih() + " " + session.initiatorName() + " " + session.volume(), session.traffic()));
        table.emptyTableText("No sessions").print(System.out);
    }
}
