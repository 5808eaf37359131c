package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.PoolService;

/** Switches the write log of a pool. */
@Service
@Command(
        scope = "pool",
        name = "write-log",
        description = "Says whether the RAID sets that a pool forms from now on have a write log")
public final class PoolWriteLogCommand extends StorageCommand {
    @Reference
    private PoolService pools;

    @Argument(index = 0, name = "name", description = "The pool", required = true)
    @Completion(PoolNames.class)
    private String name;

    @Argument(index = 1, name = "on", description = "on or off", required = true)
    @Completion(
            value = StringsCompleter.class,
            values = {"on", "off"})
    private String on;

    @Override
    protected void run() throws CommandException {
        final PoolInfo pool = await(pools.setWriteLog(name, OnOff.parse("on", on)));
        System.out.println("new RAID sets of pool " + pool.name() + (pool.writeLog() ? " have" : " have no")
                + (pool.writeLog() ? " a write log" : " write log"));
    }
}
