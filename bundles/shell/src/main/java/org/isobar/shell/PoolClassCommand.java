package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.pool.PoolInfo;
import org.isobar.api.pool.PoolService;

/** Gives a pool another performance class. */
@Service
@Command(
        scope = "pool",
        name = "class",
        description = "Says of which performance class the sets are that a pool forms from now on")
public final class PoolClassCommand extends StorageCommand {
    @Reference
    private PoolService pools;

    @Argument(index = 0, name = "name", description = "The pool", required = true)
    @Completion(PoolNames.class)
    private String name;

    @Argument(index = 1, name = "class", description = "A class of class:list, or any", required = true)
    @Completion(ClassNames.class)
    private String performanceClass;

    @Override
    protected void run() throws CommandException {
        final PoolInfo pool = await(pools.changeClass(name, performanceClass));
        System.out.println("pool " + pool.name() + " forms sets of class " + pool.performanceClass() + "; "
                + pool.outOfClassChunklets() + " chunklets in use are of another and stay");
    }
}
