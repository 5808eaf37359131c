package org.isobar.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.isobar.api.StorageException;
import org.isobar.api.balance.BalanceService;
import org.isobar.api.balance.BalanceSettings;

/** Changes the settings of balancing. */
@Service
@Command(scope = "balance", name = "set", description = "Changes how pages are balanced over pools")
public final class BalanceSetCommand extends StorageCommand {
    @Reference
    private BalanceService balance;

    @Option(name = "--enabled", description = "on or off")
    @Completion(
            value = StringsCompleter.class,
            values = {"on", "off"})
    private String enabled;

    @Option(name = "--policy", description = "Who decides; balance:status lists them")
    private String policy;

    @Option(name = "--interval", description = "Seconds between two decisions, 10 to 86400")
    private String interval;

    @Option(name = "--rate", description = "Copied per second at most, e.g. 32M; 1M to 1T")
    private String rate;

    @Option(name = "--from", description = "Hour from which it decides, UTC, 0 to 23")
    private String from;

    @Option(name = "--until", description = "Hour before which it decides, UTC, 1 to 24; before --from is the next day")
    private String until;

    @Option(name = "--exclude-pool", description = "A pool that is to take no part", multiValued = true)
    @Completion(PoolNames.class)
    private List<String> excludePools = List.of();

    @Option(name = "--include-pool", description = "A pool that is to take part again", multiValued = true)
    @Completion(PoolNames.class)
    private List<String> includePools = List.of();

    @Option(name = "--exclude-volume", description = "A volume whose pages are to stay", multiValued = true)
    @Completion(VolumeNames.class)
    private List<String> excludeVolumes = List.of();

    @Option(name = "--include-volume", description = "A volume whose pages may be moved again", multiValued = true)
    @Completion(VolumeNames.class)
    private List<String> includeVolumes = List.of();

    @Override
    protected void run() throws CommandException {
        final BalanceSettings was = balance.status().settings();
        BalanceSettings wanted = was.withEnabled(enabled == null ? was.enabled() : OnOff.parse("--enabled", enabled))
                .withPolicy(policy == null ? was.policy() : policy)
                .withPace(
                        interval == null ? was.intervalS() : whole("--interval", interval),
                        rate == null ? was.bytesPerSecond() : Size.parse("--rate", rate))
                .withHours(
                        from == null ? was.fromHour() : whole("--from", from),
                        until == null ? was.untilHour() : whole("--until", until));
        for (final String pool : excludePools) {
            wanted = wanted.withPool(pool, false);
        }
        for (final String pool : includePools) {
            wanted = wanted.withPool(pool, true);
        }
        for (final String volume : excludeVolumes) {
            wanted = wanted.withVolume(volume, false);
        }
        for (final String volume : includeVolumes) {
            wanted = wanted.withVolume(volume, true);
        }
        if (wanted.equals(was)) {
            throw new CommandException("nothing to change; see balance:set --help");
        }
        System.out.println(BalanceStatusCommand.text(await(balance.change(wanted))));
    }

    private static int whole(final String option, final String text) {
        try {
            return Integer.parseInt(text);
        } catch (final NumberFormatException notOne) {
            throw new StorageException(StorageException.Code.INVALID, option + ": must be a whole number, is " + text);
        }
    }
}
