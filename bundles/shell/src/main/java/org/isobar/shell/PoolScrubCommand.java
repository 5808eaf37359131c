package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.pool.PoolService;

/** Scrubs a pool. */
@Service
@Command(scope = "pool", name = "scrub", description = "Compares redundancy and data of all RAID sets of a pool")
public final class PoolScrubCommand extends StorageCommand {
    @Reference
    private PoolService pools;

    @Argument(name = "name", description = "The pool", required = true)
    @Completion(PoolNames.class)
    private String name;

    @Option(name = "--repair", description = "Writes redundancy anew where it does not match")
    private boolean repair;

    @Override
    protected void run() throws CommandException {
        JobTable.printStarted(await(pools.scrub(name, repair)));
    }
}
