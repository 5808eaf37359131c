package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.access.AccessService;

/** Removes a rule. */
@Service
@Command(
        scope = "access",
        name = "deny",
        description = "Removes a rule; sessions without a grant are cut off. Without any rule only this host gets in")
public final class AccessDenyCommand extends StorageCommand {
    @Reference
    private AccessService access;

    @Argument(index = 0, name = "volume", description = "The volume", required = true)
    @Completion(VolumeNames.class)
    private String volume;

    @Argument(index = 1, name = "rule", description = "Number of the rule, as access:list shows it", required = true)
    private String rule;

    @Override
    protected void run() throws CommandException {
        await(access.deny(volume, ruleId(rule)));
        System.out.println("removed rule " + rule + " of volume " + volume);
    }
}
