package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.device.DeviceInfo;

/** Devices for people. */
final class DeviceTable {
    private DeviceTable() {}

    static void print(final List<DeviceInfo> infos) {
        final ShellTable table = new ShellTable();
        table.column("UUID");
        table.column("Path");
        table.column("State");
        table.column("Health");
        table.column("Score").alignRight();
        table.column("Size").alignRight();
        table.column("Chunklets").alignRight();
        table.column("Engine");
        table.column("Errors (r/w)").alignRight();
        table.column("Note");
        infos.forEach(device -> table.addRow()
                .addContent(
                        device.uuid() == null ? "" : device.uuid(),
                        device.path(),
                        device.state(),
                        device.uuid() == null ? "" : device.health().state(),
                        device.uuid() == null ? "" : device.health().score(),
                        Size.show(device.sizeBytes()),
                        device.chunkletCount(),
                        device.engine(),
                        device.readErrors() + "/" + device.writeErrors(),
                        device.note()));
        table.emptyTableText("No devices: add one with device:add").print(System.out);
    }
}
