package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.isobar.api.StorageException;
import org.isobar.api.access.AccessRule;
import org.isobar.api.access.AccessService;
import org.isobar.api.access.Grant;

/** Changes what a rule grants. */
@Service
@Command(
        scope = "access",
        name = "change",
        description = "Changes what a rule grants; sessions that get less are cut off and may log in again")
public final class AccessChangeCommand extends StorageCommand {
    private static final String READ_ONLY = "read-only";
    private static final String READ_WRITE = "read-write";

    @Reference
    private AccessService access;

    @Argument(index = 0, name = "volume", description = "The volume", required = true)
    @Completion(VolumeNames.class)
    private String volume;

    @Argument(index = 1, name = "rule", description = "Number of the rule", required = true)
    private String rule;

    @Argument(index = 2, name = "grant", description = "read-only or read-write", required = true)
    @Completion(
            value = StringsCompleter.class,
            values = {READ_ONLY, READ_WRITE})
    private String grant;

    @Override
    protected void run() throws CommandException {
        if (!grant.equals(READ_ONLY) && !grant.equals(READ_WRITE)) {
            throw new StorageException(
                    StorageException.Code.INVALID, "grant: must be read-only or read-write, is " + grant);
        }
        final AccessRule changed = await(
                access.change(volume, ruleId(rule), grant.equals(READ_ONLY) ? Grant.READ_ONLY : Grant.READ_WRITE));
        System.out.println("rule " + changed.id() + " of volume " + volume + " grants " + changed.grant());
    }
}
