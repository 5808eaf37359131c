package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.isobar.common.policy.Policies;
import org.isobar.common.policy.PolicyInfo;

/** Lifts the fence of a policy. */
@Service
@Command(scope = "policy", name = "unfence", description = "Asks a policy again that was fenced")
public final class PolicyUnfenceCommand extends StorageCommand {
    @Reference
    private Policies policies;

    @Argument(index = 0, name = "kind", description = "What it decides, e.g. volume", required = true)
    @Completion(PolicyKindNames.class)
    private String kind;

    @Argument(index = 1, name = "name", description = "The policy", required = true)
    @Completion(PolicyNames.class)
    private String name;

    @Override
    protected void run() {
        final PolicyInfo policy = policies.unfence(kind, name).orElseThrow(() -> unknown("policy", kind + " " + name));
        System.out.println("policy is asked again: " + policy.kind() + " " + policy.name());
    }
}
