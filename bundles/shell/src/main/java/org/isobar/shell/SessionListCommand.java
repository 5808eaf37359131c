package org.isobar.shell;

import java.time.Instant;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.iscsi.SessionInfo;
import org.isobar.api.iscsi.TargetService;

/** Lists sessions. */
@Service
@Command(scope = "session", name = "list", description = "Lists the sessions of initiators")
public final class SessionListCommand extends ShowCommand<List<SessionInfo>> {
    @Reference
    private TargetService targets;

    @Override
    protected List<SessionInfo> fetch() {
        return targets.sessions();
    }

    @Override
    protected void print(final List<SessionInfo> sessions) {
        final ShellTable table = new ShellTable();
        table.column("TSIH").alignRight();
        table.column("Initiator");
        table.column("Target");
        table.column("From");
        table.column("Since");
        table.column("Commands").alignRight();
        table.column("In flight").alignRight();
        table.column("Read").alignRight();
        table.column("Written").alignRight();
        table.column("Digests");
        sessions.forEach(session -> table.addRow()
                .addContent(
                        session.tsih(),
                        session.initiatorName(),
                        session.targetName().isEmpty() ? "(discovery)" : session.targetName(),
                        session.remoteAddress(),
                        Instant.ofEpochMilli(session.loggedInWallMs()),
                        session.commands(),
                        session.commandsInFlight(),
                        Size.show(session.readBytes()),
                        Size.show(session.writtenBytes()),
                        session.digests()));
        table.emptyTableText("No sessions").print(System.out);
    }
}
