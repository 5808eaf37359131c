package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.isobar.api.device.DeviceService;

/** UUIDs of devices that have one. */
@Service
public final class DeviceUuids implements Completer {
    @Reference
    private DeviceService devices;

    @Override
    public int complete(final Session session, final CommandLine commandLine, final List<String> candidates) {
        return Names.complete(
                devices.infos().stream()
                        .filter(device -> device.uuid() != null)
                        .map(device -> device.uuid().toString())
                        .toList(),
                session,
                commandLine,
                candidates);
    }
}
