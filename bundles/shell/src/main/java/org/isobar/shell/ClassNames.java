package org.isobar.shell;

import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.isobar.api.pool.ChunkletClasses;
import org.isobar.api.profile.ProfileService;

/** Names of performance classes, and the one that stands for all. */
@Service
public final class ClassNames implements Completer {
    @Reference
    private ProfileService profiles;

    @Override
    public int complete(final Session session, final CommandLine commandLine, final List<String> candidates) {
        final List<String> names = new ArrayList<>(List.of(ChunkletClasses.ANY));
        profiles.classes().forEach(one -> names.add(one.name()));
        return Names.complete(names, session, commandLine, candidates);
    }
}
