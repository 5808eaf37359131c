package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.access.AccessService;

/** Removes a CHAP user. */
@Service
@Command(
        scope = "chap",
        name = "user-remove",
        description = "Removes a CHAP user; sessions without a grant are cut off")
public final class ChapUserRemoveCommand extends StorageCommand {
    @Reference
    private AccessService access;

    @Argument(name = "name", description = "The user", required = true)
    @Completion(ChapUserNames.class)
    private String name;

    @Override
    protected void run() throws CommandException {
        await(access.removeUser(name));
        System.out.println("removed user " + name);
    }
}
