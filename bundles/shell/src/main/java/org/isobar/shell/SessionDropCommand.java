package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.isobar.api.iscsi.TargetService;

/** Ends a session. */
@Service
@Command(
        scope = "session",
        name = "drop",
        description = "Drops a session's connections at once; the initiator may log in again")
public final class SessionDropCommand extends StorageCommand {
    @Reference
    private TargetService targets;

    @Argument(name = "tsih", description = "The session", required = true)
    @Completion(SessionIds.class)
    private String tsih;

    @Override
    protected void run() {
        final long wanted = number("session", tsih);
        if (wanted != (int) wanted) {
            throw unknown("session", tsih);
        }
        targets.drop((int) wanted);
        System.out.println("dropped session " + tsih);
    }
}
