package org.isobar.shell;

import java.time.Instant;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.volume.VolumeMove;
import org.isobar.api.volume.VolumeMoves;

/** Lists volumes on their way to other pools. */
@Service
@Command(scope = "volume", name = "moves", description = "Lists volumes on their way to other pools")
public final class VolumeMovesCommand extends ShowCommand<List<VolumeMove>> {
    @Reference
    private VolumeMoves moves;

    @Override
    protected List<VolumeMove> fetch() {
        return moves.moves();
    }

    @Override
    protected void print(final List<VolumeMove> all) {
        final ShellTable table = new ShellTable();
        table.column("Volume");
        table.column("From");
        table.column("To");
        table.column("State");
        table.column("Moved").alignRight();
        table.column("Left").alignRight();
        table.column("Since");
        table.column("Message");
        all.forEach(move -> table.addRow()
                .addContent(
                        move.volume(),
                        move.from(),
                        move.to(),
                        move.state(),
                        Size.show(move.movedBytes()),
                        Size.show(move.leftBytes()),
                        Instant.ofEpochMilli(move.startedWallMs()),
                        move.message()));
        table.emptyTableText("No volume is being moved").print(System.out);
    }
}
