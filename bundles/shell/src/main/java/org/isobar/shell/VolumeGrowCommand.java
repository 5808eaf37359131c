package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.api.volume.VolumeService;

/** Lengthens a volume. */
@Service
@Command(scope = "volume", name = "grow", description = "Lengthens a volume")
public final class VolumeGrowCommand extends StorageCommand {
    @Reference
    private VolumeService volumes;

    @Argument(index = 0, name = "name", description = "The volume", required = true)
    @Completion(VolumeNames.class)
    private String name;

    @Argument(index = 1, name = "size", description = "New length, e.g. 20G", required = true)
    private String size;

    @Override
    protected void run() throws CommandException {
        final VolumeInfo volume = await(volumes.grow(name, Size.parse("size", size)));
        System.out.println("volume " + volume.name() + " is now " + Size.show(volume.sizeBytes()));
    }
}
