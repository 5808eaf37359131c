package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.profile.ProfileService;

/** Measures a device. */
@Service
@Command(scope = "device", name = "measure", description = "Measures a device over its LBN space while it serves")
public final class DeviceMeasureCommand extends StorageCommand {
    @Reference
    private ProfileService profiles;

    @Argument(name = "uuid", description = "The device", required = true)
    @Completion(DeviceUuids.class)
    private String device;

    @Option(name = "--writes", description = "Also tries writes, on chunklets that nobody uses")
    private boolean writes;

    @Override
    protected void run() throws CommandException {
        JobTable.printStarted(await(profiles.measure(uuid("device", device), writes)));
    }
}
