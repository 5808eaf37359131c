package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.isobar.api.access.AccessService;
import org.isobar.api.access.ChapUser;

/** Names of CHAP users. */
@Service
public final class ChapUserNames implements Completer {
    @Reference
    private AccessService access;

    @Override
    public int complete(final Session session, final CommandLine commandLine, final List<String> candidates) {
        return Names.complete(access.users().stream().map(ChapUser::name).toList(), session, commandLine, candidates);
    }
}
