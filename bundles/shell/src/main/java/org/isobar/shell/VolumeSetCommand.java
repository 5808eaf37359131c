package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.api.volume.VolumeService;

/** Changes the settings of a volume. */
@Service
@Command(scope = "volume", name = "set", description = "Changes the settings of a volume")
public final class VolumeSetCommand extends StorageCommand {
    @Reference
    private VolumeService volumes;

    @Argument(index = 0, name = "name", description = "The volume", required = true)
    @Completion(VolumeNames.class)
    private String name;

    @Option(name = "--verify-reads", description = "on or off: compare reads with checksums", required = true)
    @Completion(
            value = StringsCompleter.class,
            values = {"on", "off"})
    private String verifyReads;

    @Override
    protected void run() throws CommandException {
        final VolumeInfo volume = await(volumes.setVerifyReads(name, OnOff.parse("--verify-reads", verifyReads)));
        System.out.println(
                "reads of volume " + volume.name() + (volume.verifyReads() ? " are" : " are not") + " verified");
    }
}
