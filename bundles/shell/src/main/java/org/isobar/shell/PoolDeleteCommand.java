package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.pool.PoolService;

/** Deletes a pool. */
@Service
@Command(scope = "pool", name = "delete", description = "Deletes a pool that no volume uses")
public final class PoolDeleteCommand extends StorageCommand {
    @Reference
    private PoolService pools;

    @Argument(name = "name", description = "The pool", required = true)
    @Completion(PoolNames.class)
    private String name;

    @Override
    protected void run() throws CommandException {
        await(pools.delete(name));
        System.out.println("deleted pool " + name);
    }
}
