package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.pool.PoolService;

/** Empties a device and lets it go. */
@Service
@Command(scope = "device", name = "remove", description = "Rebuilds what a device holds onto others, then lets it go")
public final class DeviceRemoveCommand extends StorageCommand {
    @Reference
    private PoolService pools;

    @Argument(name = "uuid", description = "The device", required = true)
    @Completion(DeviceUuids.class)
    private String device;

    @Override
    protected void run() throws CommandException {
        JobTable.printStarted(await(pools.removeDevice(uuid("device", device))));
    }
}
