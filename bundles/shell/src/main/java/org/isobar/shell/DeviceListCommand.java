package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.isobar.api.device.DeviceInfo;
import org.isobar.api.device.DeviceService;

/** Lists devices. */
@Service
@Command(scope = "device", name = "list", description = "Lists devices with their state")
public final class DeviceListCommand extends ShowCommand<List<DeviceInfo>> {
    @Reference
    private DeviceService devices;

    @Override
    protected List<DeviceInfo> fetch() {
        return devices.infos();
    }

    @Override
    protected void print(final List<DeviceInfo> infos) {
        DeviceTable.print(infos);
    }
}
