package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.pool.PoolService;
import org.isobar.api.pool.SetPlacement;
import org.isobar.api.raid.RaidLogInfo;
import org.isobar.api.raid.RaidSetInfo;

/** Shows one RAID set. */
@Service
@Command(scope = "raid", name = "show", description = "Shows the columns of a RAID set")
public final class RaidShowCommand extends ShowCommand<SetPlacement> {
    @Reference
    private PoolService pools;

    @Argument(name = "id", description = "The RAID set", required = true)
    @Completion(RaidSetIds.class)
    private String id;

    @Override
    protected SetPlacement fetch() {
        final long wanted = number("RAID set", id);
        return pools.sets().stream()
                .filter(set -> set.info().spec().id() == wanted)
                .findFirst()
                .orElseThrow(() -> unknown("RAID set", id));
    }

    @Override
    protected void print(final SetPlacement set) {
        final RaidSetInfo info = set.info();
        System.out.println("set " + info.spec().id() + "  RAID " + info.spec().level() + "  pool " + set.pool() + "  "
                + info.state() + "  strip " + Size.show(info.spec().stripBytes()) + "  slots " + set.usedSlots() + "/"
                + set.slotCount() + "  dirty regions " + info.dirtyRegions() + "  degraded reads "
                + info.degradedReads() + "  checksum errors " + info.checksumErrors() + "  mended blocks "
                + info.mendedBlocks() + "  unrepairable " + info.unrepairable() + "  lost blocks "
                + info.lostBlocks() + "  write log "
                + (info.spec().logBytes() == 0 ? "none" : Size.show(info.spec().logBytes()) + " per column"));
        if (info.log() != null) {
            print(info.log());
        }
        final ShellTable table = new ShellTable();
        table.column("Column").alignRight();
        table.column("Device");
        table.column("Chunklet").alignRight();
        table.column("State");
        table.column("Present");
        table.column("Rebuilding");
        int index = 0;
        for (final RaidSetInfo.ColumnInfo column : info.columns()) {
            table.addRow()
                    .addContent(
                            index++,
                            column.column().device(),
                            column.column().chunklet(),
                            column.column().state(),
                            column.present(),
                            column.rebuilding());
        }
        table.print(System.out);
    }

    private static void print(final RaidLogInfo log) {
        System.out.println("write log slots " + log.usedSlots() + "/" + log.slots() + " of "
                + Size.show(log.slotBytes()) + "  blocks not in place yet " + log.keptBlocks() + "/"
                + log.keptBlocksMax() + "  writes without room " + log.refusedWrites() + "  replayed slots "
                + log.replayedSlots());
    }
}
