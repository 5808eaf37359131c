package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.volume.VolumeMove;
import org.isobar.api.volume.VolumeMoves;

/** Moves a volume to another pool while it serves. */
@Service
@Command(scope = "volume", name = "move", description = "Moves a volume to another pool while it serves")
public final class VolumeMoveCommand extends StorageCommand {
    @Reference
    private VolumeMoves moves;

    @Argument(name = "name", description = "The volume", required = true)
    @Completion(VolumeNames.class)
    private String name;

    @Option(name = "--to", description = "The pool that all its pages are to lie in")
    @Completion(PoolNames.class)
    private String to;

    @Option(name = "--pause", description = "Moves no more pages for now")
    private boolean pause;

    @Option(name = "--resume", description = "Goes on")
    private boolean resume;

    @Option(name = "--cancel", description = "Ends the move; pages that were moved stay where they are")
    private boolean cancel;

    @Override
    protected void run() throws CommandException {
        if ((to == null ? 0 : 1) + (pause ? 1 : 0) + (resume ? 1 : 0) + (cancel ? 1 : 0) != 1) {
            throw new CommandException("give one of --to POOL, --pause, --resume, --cancel");
        }
        if (cancel) {
            await(moves.cancel(name));
            System.out.println("cancelled the move of volume " + name);
            return;
        }
        final VolumeMove move = await(to == null ? moves.pause(name, pause) : moves.start(name, to));
        System.out.println("volume " + name + " is on its way from pool " + move.from() + " to pool " + move.to() + ": "
                + move.state() + ", " + Size.show(move.leftBytes()) + " left; follow it with volume:moves");
    }
}
