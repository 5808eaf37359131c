package org.isobar.shell;

import java.io.IOException;
import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.volume.VolumeService;

/** Deletes a volume after asking. */
@Service
@Command(
        scope = "volume",
        name = "delete",
        description = "Deletes a volume and its data; refused while an initiator uses it")
public final class VolumeDeleteCommand extends StorageCommand {
    @Reference
    private VolumeService volumes;

    @Reference
    private Session session;

    @Argument(name = "name", description = "The volume", required = true)
    @Completion(VolumeNames.class)
    private String name;

    @Option(name = "--yes", description = "Does not ask")
    private boolean yes;

    @Option(name = "--force", description = "Also while an initiator uses it")
    private boolean force;

    @Override
    protected void run() throws CommandException, IOException {
        final List<String> users = volumes.find(name).isPresent() ? volumes.users(name) : List.of();
        if (!users.isEmpty() && !force) {
            throw new CommandException("volume is in use: name=" + name + " users=" + String.join(",", users)
                    + "; log them out, or give --force");
        }
        if (!yes && !confirmed()) {
            throw new CommandException("not deleted: answer yes, or give --yes");
        }
        await(volumes.delete(name, force));
        System.out.println("deleted volume " + name);
    }

    private boolean confirmed() throws IOException {
        try {
            final String answer = session.readLine("Delete volume " + name + " and all its data (yes/no)? ", null);
            return answer != null && answer.strip().equals("yes");
        } catch (final UnsupportedOperationException nobodyThere) {
            return false;
        }
    }
}
