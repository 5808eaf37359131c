package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.api.volume.VolumeService;
import org.isobar.api.volume.VolumeThresholds;

/** Sets the thresholds of a volume. */
@Service
@Command(scope = "volume", name = "thresholds", description = "Sets how full a volume may be before it warns")
public final class VolumeThresholdsCommand extends StorageCommand {
    @Reference
    private VolumeService volumes;

    @Argument(index = 0, name = "name", description = "The volume", required = true)
    @Completion(VolumeNames.class)
    private String name;

    @Argument(
            index = 1,
            name = "warning",
            description = "Percent of its size taken from which it warns, 1 to 99; 0 for none",
            required = true)
    private String warning;

    @Argument(
            index = 2,
            name = "critical",
            description = "Percent from which it is critical, above warning, at most 100; 0 for none",
            required = true)
    private String critical;

    @Override
    protected void run() throws CommandException {
        final VolumeThresholds thresholds =
                new VolumeThresholds(Percent.parse("warning", warning), Percent.parse("critical", critical));
        final VolumeInfo volume = await(volumes.changeThresholds(name, thresholds));
        System.out.println("volume " + volume.name() + " " + shown(volume.thresholds()) + ", is " + volume.fullness());
    }

    /** As a sentence without its subject. */
    static String shown(final VolumeThresholds thresholds) {
        return thresholds.set()
                ? "warns from " + thresholds.warningPercent() + " %, is critical from " + thresholds.criticalPercent()
                        + " %"
                : "has no thresholds";
    }
}
