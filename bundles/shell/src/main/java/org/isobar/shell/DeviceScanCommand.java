package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.device.DeviceInfo;
import org.isobar.api.device.DeviceService;

/** Looks for devices now. */
@Service
@Command(scope = "device", name = "scan", description = "Looks for devices at all scanned paths now")
public final class DeviceScanCommand extends ShowCommand<List<DeviceInfo>> {
    @Reference
    private DeviceService devices;

    @Override
    protected List<DeviceInfo> fetch() throws CommandException {
        return await(devices.scan());
    }

    @Override
    protected void print(final List<DeviceInfo> infos) {
        DeviceTable.print(infos);
    }
}
