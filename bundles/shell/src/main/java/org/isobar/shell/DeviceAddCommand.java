package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.isobar.api.device.DeviceInfo;
import org.isobar.api.device.DeviceService;

/** Takes devices into this member. */
@Service
@Command(scope = "device", name = "add", description = "Takes devices into this member; everything on them is lost")
public final class DeviceAddCommand extends StorageCommand {
    @Reference
    private DeviceService devices;

    @Argument(
            name = "path",
            description = "Absolute path of a block device or file",
            required = true,
            multiValued = true)
    @Completion(FileCompleter.class)
    private List<String> paths;

    @Option(name = "--force", description = "Also when it holds foreign data")
    private boolean force;

    @Override
    protected void run() throws CommandException {
        for (final String path : paths) {
            final DeviceInfo added = await(devices.add(path, force));
            System.out.println("added " + added.path() + " as " + added.uuid());
        }
    }
}
