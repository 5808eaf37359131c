package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.iscsi.TargetService;

/** Removes a portal. */
@Service
@Command(
        scope = "portal",
        name = "remove",
        description =
                "Stops listening at a portal, asks its initiators to log out, and takes it out of the configuration")
public final class PortalRemoveCommand extends StorageCommand {
    @Reference
    private TargetService targets;

    @Argument(name = "portal", description = "ADDRESS:PORT, IPv6 in brackets", required = true)
    @Completion(PortalPlaces.class)
    private String portal;

    @Override
    protected void run() throws CommandException {
        await(targets.removePortal(portal));
        System.out.println("removed portal " + portal);
    }
}
