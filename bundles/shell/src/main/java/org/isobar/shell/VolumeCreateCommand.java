package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.isobar.api.StorageException;
import org.isobar.api.pool.PageAllocation;
import org.isobar.api.volume.AllocationSpec;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.api.volume.VolumeMoves;
import org.isobar.api.volume.VolumeService;
import org.isobar.api.volume.VolumeSpec;

/** Creates a volume. */
@Service
@Command(scope = "volume", name = "create", description = "Creates a volume")
public final class VolumeCreateCommand extends StorageCommand {
    @Reference
    private VolumeService volumes;

    @Reference
    private VolumeMoves moves;

    @Argument(index = 0, name = "name", description = "Name of the new volume", required = true)
    private String name;

    @Argument(index = 1, name = "size", description = "Length, e.g. 10G or 512M", required = true)
    private String size;

    @Option(name = "--pool", description = "Pool that holds it; the policy chooses when not given")
    @Completion(PoolNames.class)
    private String pool;

    @Option(name = "--policy", description = "Allocation policy that chooses the pool")
    private String policy;

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

    @Option(
            name = "--service",
            description =
                    "Name of a service, or numbers in quotes, e.g. \"read-iops>=5000,failures>=1\": the cheapest pool")
    private String service;

    @Option(name = "--page", description = "Page length, e.g. 4M")
    private String page;

    @Option(name = "--verify-reads", description = "on (as when not given) or off: compare reads with checksums")
    @Completion(
            value = StringsCompleter.class,
            values = {"on", "off"})
    private String verifyReads = OnOff.ON;

    @Override
    protected void run() throws CommandException {
        final long pageBytes = page == null ? 0 : Size.parse("page", page);
        if (pageBytes > Integer.MAX_VALUE) {
            throw new StorageException(StorageException.Code.INVALID, "page: must be at most 1G, is " + page);
        }
        final AllocationSpec wanted = AllocationText.parse(allocation, pools, extent);
        final boolean verified = OnOff.parse("--verify-reads", verifyReads);
        final VolumeInfo volume = await(volumes.create(new VolumeSpec(
                name, Size.parse("size", size), pool, policy, (int) pageBytes, verified, wanted, service)));
        final PageAllocation made = moves.placement(name).allocation();
        System.out.println("created volume " + volume.name() + " of " + Size.show(volume.sizeBytes())
                + (made.equals(PageAllocation.WHOLE)
                        ? " in pool " + volume.pool()
                        : ", allocated " + AllocationText.show(made, volume.pool())));
    }
}
