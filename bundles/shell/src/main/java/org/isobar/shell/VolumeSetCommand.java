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
import org.isobar.api.volume.VolumeMoves;
import org.isobar.api.volume.VolumePlacement;
import org.isobar.api.volume.VolumeService;

/** Changes the settings of a volume. */
@Service
@Command(scope = "volume", name = "set", description = "Changes the settings of a volume")
public final class VolumeSetCommand extends StorageCommand {
    @Reference
    private VolumeService volumes;

    @Reference
    private VolumeMoves moves;

    @Argument(index = 0, name = "name", description = "The volume", required = true)
    @Completion(VolumeNames.class)
    private String name;

    @Option(name = "--verify-reads", description = "on or off: compare reads with checksums")
    @Completion(
            value = StringsCompleter.class,
            values = {"on", "off"})
    private String verifyReads;

    @Option(name = "--pinned", description = "on or off: refuse moves to other pools")
    @Completion(
            value = StringsCompleter.class,
            values = {"on", "off"})
    private String pinned;

    @Option(
            name = "--allocation",
            description =
                    "volume, extent or page, and :POLICY if not the default: what is placed at a time, and by whom")
    @Completion(
            value = StringsCompleter.class,
            values = {"volume", "extent", "page"})
    private String allocation;

    @Option(name = "--pools", description = "Pools that pages may lie in, e.g. A,B,C; all when not given")
    private String pools;

    @Option(name = "--extent", description = "Length of an extent, e.g. 64M")
    private String extent;

    @Override
    protected void run() throws CommandException {
        if (verifyReads == null && pinned == null && allocation == null) {
            throw new CommandException(
                    pools == null && extent == null
                            ? "give --verify-reads or --pinned or --allocation"
                            : "--pools and --extent go with --allocation");
        }
        if (verifyReads != null) {
            final VolumeInfo volume = await(volumes.setVerifyReads(name, OnOff.parse("--verify-reads", verifyReads)));
            System.out.println(
                    "reads of volume " + volume.name() + (volume.verifyReads() ? " are" : " are not") + " verified");
        }
        if (pinned != null) {
            final boolean stays =
                    await(moves.pin(name, OnOff.parse("--pinned", pinned))).pinned();
            System.out.println("volume " + name + (stays ? " is pinned" : " is not pinned"));
        }
        if (allocation != null) {
            final VolumePlacement placement =
                    await(moves.allocate(name, AllocationText.parse(allocation, pools, extent)));
            System.out.println("new pages of volume " + name + " are allocated "
                    + AllocationText.show(placement.allocation(), placement.pool()));
        }
    }
}
