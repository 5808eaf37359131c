package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.isobar.api.volume.VolumeService;

/** Names of volumes. */
@Service
public final class VolumeNames implements Completer {
    @Reference
    private VolumeService volumes;

    @Override
    public int complete(final Session session, final CommandLine commandLine, final List<String> candidates) {
        return Names.complete(
                volumes.volumes().stream().map(volume -> volume.info().name()).toList(),
                session,
                commandLine,
                candidates);
    }
}
