package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes from a service's names at the moment of asking. */
final class Names {
    private Names() {}

    static int complete(
            final Iterable<String> names,
            final Session session,
            final CommandLine commandLine,
            final List<String> candidates) {
        final StringsCompleter completer = new StringsCompleter();
        names.forEach(name -> completer.getStrings().add(name));
        return completer.complete(session, commandLine, candidates);
    }
}
