package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.PoolService;
import org.isobar.api.pool.PoolThresholds;

/** Sets the thresholds of a pool. */
@Service
@Command(scope = "pool", name = "thresholds", description = "Sets how full a pool may be before it warns")
public final class PoolThresholdsCommand extends StorageCommand {
    @Reference
    private PoolService pools;

    @Argument(index = 0, name = "name", description = "The pool", required = true)
    @Completion(PoolNames.class)
    private String name;

    @Argument(index = 1, name = "warning", description = "Percent used from which it warns, 1 to 98", required = true)
    private String warning;

    @Argument(
            index = 2,
            name = "critical",
            description = "Percent used from which it is critical, above warning, at most 99",
            required = true)
    private String critical;

    @Override
    protected void run() throws CommandException {
        final PoolInfo pool = await(pools.changeThresholds(name, thresholds()));
        System.out.println(
                "pool " + pool.name() + " warns from " + pool.thresholds().warningPercent()
                        + " %, is critical from " + pool.thresholds().criticalPercent() + " %, is "
                        + pool.fullness());
    }

    private PoolThresholds thresholds() {
        return new PoolThresholds(Percent.parse("warning", warning), Percent.parse("critical", critical));
    }
}
