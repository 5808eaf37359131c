package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.device.DeviceInfo;
import org.isobar.api.device.DeviceService;

/** Forgets the evidence against a device. */
@Service
@Command(
        scope = "device",
        name = "clear",
        description = "Forgets the evidence against a device that was mended, and lets it in again")
public final class DeviceClearCommand extends StorageCommand {
    @Reference
    private DeviceService devices;

    @Argument(name = "uuid", description = "The device", required = true)
    @Completion(DeviceUuids.class)
    private String device;

    @Override
    protected void run() throws CommandException {
        final DeviceInfo info = await(devices.clear(uuid("device", device)));
        System.out.println("cleared " + info.uuid() + ", " + info.state());
    }
}
