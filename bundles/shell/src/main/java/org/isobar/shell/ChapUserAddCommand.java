package org.isobar.shell;

import java.io.IOException;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.access.AccessService;
import org.isobar.api.access.ChapUser;

/** Adds a CHAP user. */
@Service
@Command(scope = "chap", name = "user-add", description = "Adds a CHAP user; asks for its secret")
public final class ChapUserAddCommand extends StorageCommand {
    @Reference
    private AccessService access;

    @Reference
    private Session session;

    @Argument(name = "name", description = "Name of the new user", required = true)
    private String name;

    @Option(name = "--target-name", description = "Name by which the target proves itself: makes it mutual CHAP")
    private String targetName;

    @Option(
            name = "--secrets-file",
            description = "File on the member's host to read instead of asking: the initiator's secret, and in a second"
                    + " line the target's for mutual CHAP")
    private String secretsFile;

    @Override
    protected void run() throws CommandException, IOException {
        final ChapUser user = await(access.addUser(name, SecretInput.read(session, secretsFile, targetName)));
        System.out.println("added user " + user.name());
    }
}
