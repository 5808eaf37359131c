package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.StorageException;
import org.isobar.api.iscsi.PortalInfo;
import org.isobar.api.iscsi.PortalSpec;
import org.isobar.api.iscsi.TargetService;

/** Adds a portal. */
@Service
@Command(scope = "portal", name = "add", description = "Listens at one more portal and keeps it in the configuration")
public final class PortalAddCommand extends StorageCommand {
    @Reference
    private TargetService targets;

    @Argument(
            name = "portal",
            description = "ADDRESS:PORT, IPv6 in brackets; 0.0.0.0 or [::] for all of the host",
            required = true)
    private String portal;

    @Option(name = "--tag", description = "Portal group tag, 1 to 65535")
    private String tag = "1";

    @Option(
            name = "--advertise",
            description = "HOST or HOST:PORT that initiators are told instead, e.g. behind address translation")
    private String advertise;

    @Override
    protected void run() throws CommandException {
        final PortalInfo added = await(targets.addPortal(PortalSpec.at(portal, tag(tag), advertise)));
        System.out.println(
                "portal " + added.address() + ":" + added.port() + " listens, group " + added.portalGroupTag());
    }

    private static int tag(final String text) {
        try {
            return Integer.parseInt(text);
        } catch (final NumberFormatException notOne) {
            throw new StorageException(StorageException.Code.INVALID, "tag: must be 1 to 65535, is " + text);
        }
    }
}
