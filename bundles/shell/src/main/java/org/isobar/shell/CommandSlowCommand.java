package org.isobar.shell;

import java.time.Instant;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.statistics.SlowCommandLog;
import org.isobar.api.statistics.StatisticsService;

/** Lists slow commands. */
@Service
@Command(
        scope = "command",
        name = "slow",
        description = "Lists the last SCSI commands that took longer than the threshold, newest first")
public final class CommandSlowCommand extends ShowCommand<SlowCommandLog> {
    @Reference
    private StatisticsService statistics;

    @Override
    protected SlowCommandLog fetch() {
        return statistics.slowCommands();
    }

    @Override
    protected void print(final SlowCommandLog log) {
        final ShellTable table = new ShellTable();
        table.column("Ended");
        table.column("Session").alignRight();
        table.column("Initiator");
        table.column("Target");
        table.column("Command");
        table.column("LBA").alignRight();
        table.column("Blocks").alignRight();
        table.column("Status").alignRight();
        table.column("Total us").alignRight();
        table.column("Queued").alignRight();
        table.column("Data").alignRight();
        table.column("Unit").alignRight();
        table.column("Answer").alignRight();
        log.last().forEach(slow -> table.addRow()
                .addContent(
                        Instant.ofEpochMilli(slow.endedWallMs()),
                        slow.tsih(),
                        slow.initiatorName(),
                        slow.targetName(),
                        slow.command(),
                        slow.lba() < 0 ? "" : slow.lba(),
                        slow.blocks() < 0 ? "" : slow.blocks(),
                        "0x" + Integer.toHexString(slow.status()),
                        slow.totalUs(),
                        slow.queuedUs(),
                        slow.dataUs(),
                        slow.unitUs(),
                        slow.answerUs()));
        table.emptyTableText("No slow commands").print(System.out);
        System.out.println(log.total() + " since the member started took " + log.thresholdMs() + " ms or more");
    }
}
