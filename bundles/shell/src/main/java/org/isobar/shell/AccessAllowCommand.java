package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.access.AccessRule;
import org.isobar.api.access.AccessService;
import org.isobar.api.access.Grant;

/** Adds a rule. */
@Service
@Command(
        scope = "access",
        name = "allow",
        description = "Lets initiators use a volume: those that fit all the parts given, at least one")
public final class AccessAllowCommand extends StorageCommand {
    @Reference
    private AccessService access;

    @Argument(name = "volume", description = "The volume", required = true)
    @Completion(VolumeNames.class)
    private String volume;

    @Option(name = "--initiator", description = "iSCSI name, or its beginning followed by *; * for any")
    private String initiator;

    @Option(name = "--address", description = "IP address, or network as 192.168.7.0/24 or fd00:7::/64")
    private String address;

    @Option(name = "--chap", description = "User that the initiator has to prove by CHAP")
    @Completion(ChapUserNames.class)
    private String user;

    @Option(name = "--read-only", description = "Grants reads only")
    private boolean readOnly;

    @Override
    protected void run() throws CommandException {
        final Grant grant = readOnly ? Grant.READ_ONLY : Grant.READ_WRITE;
        final AccessRule added = await(access.allow(volume, new AccessRule(0, initiator, address, user, grant)));
        System.out.println("added rule " + added.id() + " to volume " + volume + ": " + added.grant());
    }
}
