package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.StorageException;
import org.isobar.api.pool.PoolService;
import org.isobar.api.pool.ScrubSchedule;

/** Says when the sets of a pool are scrubbed. */
@Service
@Command(
        scope = "pool",
        name = "scrub-schedule",
        description = "Sets how often the RAID sets of a pool are scrubbed by themselves, and at which hours")
public final class PoolScrubScheduleCommand extends StorageCommand {
    @Reference
    private PoolService pools;

    @Argument(index = 0, name = "name", description = "The pool", required = true)
    @Completion(PoolNames.class)
    private String name;

    @Argument(
            index = 1,
            name = "days",
            description = "Days between two scrubs of a set, 1 to 365; 0 for none, which also pauses what is going on",
            required = true)
    private String days;

    @Option(name = "--from", description = "Hour from which scrubs run, UTC, 0 to 23")
    private String from = "0";

    @Option(name = "--until", description = "Hour before which they run, UTC, 1 to 24; before --from is the next day")
    private String until = "24";

    @Override
    protected void run() throws CommandException {
        final ScrubSchedule wanted =
                new ScrubSchedule(whole("days", days), whole("--from", from), whole("--until", until));
        System.out.println(text(name, await(pools.scheduleScrubs(name, wanted))));
    }

    static String text(final String pool, final ScrubSchedule schedule) {
        return schedule.intervalDays() == 0
                ? "pool " + pool + " is not scrubbed by itself"
                : "pool " + pool + " is scrubbed every " + schedule.intervalDays() + " days, from "
                        + schedule.fromHour() + " to " + schedule.untilHour() + " o'clock UTC";
    }

    private static int whole(final String argument, final String text) {
        try {
            return Integer.parseInt(text);
        } catch (final NumberFormatException notOne) {
            throw new StorageException(
                    StorageException.Code.INVALID, argument + ": must be a whole number, is " + text);
        }
    }
}
