package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.isobar.api.pool.ChunkletClasses;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.PoolService;
import org.isobar.api.pool.WriteLogChoice;

/** Creates a pool. */
@Service
@Command(scope = "pool", name = "create", description = "Creates an empty pool of one RAID level")
public final class PoolCreateCommand extends StorageCommand {
    @Reference
    private PoolService pools;

    @Argument(index = 0, name = "name", description = "Name of the new pool", required = true)
    private String name;

    @Argument(index = 1, name = "level", description = "RAID level: 10, 5, 50", required = true)
    @Completion(RaidLevelNames.class)
    private String level;

    @Option(
            name = "--write-log",
            description = "on or off: whether writes to parity sets are logged first, so that a loss of power and of a"
                    + " device in one event damages nothing",
            valueToShowInHelp = "on for RAID 5 and 50")
    @Completion(
            value = StringsCompleter.class,
            values = {"on", "off"})
    private String writeLog;

    @Option(
            name = "--class",
            description = "Performance class of the chunklets it takes (class:list); any for all",
            valueToShowInHelp = "any")
    @Completion(ClassNames.class)
    private String performanceClass = ChunkletClasses.ANY;

    @Override
    protected void run() throws CommandException {
        final WriteLogChoice choice =
                writeLog == null ? WriteLogChoice.AS_NEEDED : WriteLogChoice.of(OnOff.parse("--write-log", writeLog));
        final PoolInfo pool = await(pools.create(name, level, performanceClass, choice));
        System.out.println("created pool " + pool.name() + " of RAID " + pool.level() + " on class "
                + pool.performanceClass() + (pool.writeLog() ? " with" : " without") + " a write log");
    }
}
