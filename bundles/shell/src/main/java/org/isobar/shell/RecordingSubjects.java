package org.isobar.shell;

import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.isobar.api.recording.RecordingService;
import org.isobar.api.volume.VolumeService;

/** Names of volumes that may be recorded, and numbers of recordings. */
@Service
public final class RecordingSubjects implements Completer {
    @Reference
    private RecordingService recordings;

    @Reference
    private VolumeService volumes;

    @Override
    public int complete(final Session session, final CommandLine commandLine, final List<String> candidates) {
        final List<String> all = new ArrayList<>();
        recordings.recordings().forEach(recording -> all.add(Integer.toString(recording.id())));
        volumes.volumes().forEach(volume -> all.add(volume.info().name()));
        return Names.complete(all, session, commandLine, candidates);
    }
}
