package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.isobar.api.iscsi.SessionSelection;
import org.isobar.api.iscsi.TargetService;

/** Asks initiators to leave. */
@Service
@Command(
        scope = "session",
        name = "drain",
        description = "Asks initiators to log out while their commands go on; drops those that do not in time")
public final class SessionDrainCommand extends StorageCommand {
    @Reference
    private TargetService targets;

    @Argument(name = "tsih", description = "One session")
    @Completion(SessionIds.class)
    private String tsih;

    @Option(name = "--target", description = "All sessions with the target of this iSCSI name")
    private String target;

    @Option(name = "--portal", description = "All sessions that came through this ADDRESS:PORT")
    private String portal;

    @Override
    protected void run() {
        final Integer one = tsih == null ? null : handle(tsih);
        System.out.println(
                "asked " + targets.drain(new SessionSelection(one, target, portal)) + " sessions to log out");
    }

    private static int handle(final String text) {
        final long wanted = number("session", text);
        if (wanted != (int) wanted) {
            throw unknown("session", text);
        }
        return (int) wanted;
    }
}
