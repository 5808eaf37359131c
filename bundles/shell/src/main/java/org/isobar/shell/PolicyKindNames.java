package org.isobar.shell;

import java.util.List;
import java.util.TreeSet;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.isobar.common.policy.Policies;

/** Kinds of policies. */
@Service
public final class PolicyKindNames implements Completer {
    @Reference
    private Policies policies;

    @Override
    public int complete(final Session session, final CommandLine commandLine, final List<String> candidates) {
        final TreeSet<String> names = new TreeSet<>();
        policies.policies().forEach(policy -> names.add(policy.kind()));
        return Names.complete(names, session, commandLine, candidates);
    }
}
