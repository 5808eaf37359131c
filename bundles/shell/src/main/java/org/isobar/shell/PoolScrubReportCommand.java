package org.isobar.shell;

import java.time.Instant;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.pool.PoolScrubs;
import org.isobar.api.pool.PoolService;
import org.isobar.api.pool.SetScrub;

/** Shows what scrubs found. */
@Service
@Command(
        scope = "pool",
        name = "scrub-report",
        description = "Shows what scrubs of a pool found and when the next are due")
public final class PoolScrubReportCommand extends ShowCommand<PoolScrubs> {
    @Reference
    private PoolService pools;

    @Argument(name = "name", description = "The pool", required = true)
    @Completion(PoolNames.class)
    private String name;

    @Override
    protected PoolScrubs fetch() {
        return pools.scrubs(name);
    }

    @Override
    protected void print(final PoolScrubs scrubs) {
        System.out.println(PoolScrubScheduleCommand.text(scrubs.pool(), scrubs.schedule()));
        final ShellTable table = new ShellTable();
        table.column("Set").alignRight();
        table.column("Scrub");
        table.column("Began");
        table.column("Ended");
        table.column("Checked").alignRight();
        table.column("Wrong stripes").alignRight();
        table.column("Repaired").alignRight();
        table.column("Read errors").alignRight();
        table.column("Mended blocks").alignRight();
        table.column("Lost blocks").alignRight();
        table.column("Next");
        for (final PoolScrubs.OfSet of : scrubs.sets()) {
            if (of.present() != null) {
                add(table, of, of.presentPercent() + " %", of.present());
            }
            if (of.last() != null) {
                add(table, of, "last", of.last());
            }
            if (of.present() == null && of.last() == null) {
                table.addRow().addContent(of.set(), "never", "", "", "", "", "", "", "", "", next(of));
            }
        }
        table.emptyTableText("No sets").print(System.out);
        scrubs.sets().forEach(PoolScrubReportCommand::printLost);
    }

    private static void add(
            final ShellTable table, final PoolScrubs.OfSet of, final String which, final SetScrub scrub) {
        table.addRow()
                .addContent(
                        of.set(),
                        which,
                        Instant.ofEpochMilli(scrub.beganWallMs()),
                        scrub.endedWallMs() == 0 ? "" : Instant.ofEpochMilli(scrub.endedWallMs()),
                        Size.show(scrub.bytesChecked()),
                        scrub.stripesInconsistent(),
                        scrub.stripesRepaired(),
                        scrub.readErrors(),
                        scrub.blocksMended(),
                        scrub.blocksLost(),
                        next(of));
    }

    private static Object next(final PoolScrubs.OfSet of) {
        return of.nextWallMs() == 0 ? "never" : Instant.ofEpochMilli(of.nextWallMs());
    }

    private static void printLost(final PoolScrubs.OfSet of) {
        final SetScrub scrub = of.present() != null ? of.present() : of.last();
        if (scrub == null) {
            return;
        }
        for (final SetScrub.LostPlace place : scrub.lost()) {
            System.out.println("lost: set=" + of.set() + " offset=" + place.setOffset()
                    + (place.volume() == SetScrub.NO_VOLUME
                            ? " volume=none"
                            : " volume=" + place.volume() + " lba=" + place.lba() + " (of 512 bytes, 8 of them)"));
        }
    }
}
