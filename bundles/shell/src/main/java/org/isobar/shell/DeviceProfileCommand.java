package org.isobar.shell;

import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.isobar.api.profile.DeviceProfile;
import org.isobar.api.profile.ProfileRegion;
import org.isobar.api.profile.ProfileService;

/** Shows what was measured of a device. */
@Service
@Command(scope = "device", name = "profile", description = "Plots what was measured of a device, and its regions")
public final class DeviceProfileCommand extends ShowCommand<DeviceProfile> {
    @Reference
    private ProfileService profiles;

    @Argument(name = "uuid", description = "The device", required = true)
    @Completion(DeviceUuids.class)
    private String device;

    @Override
    protected DeviceProfile fetch() {
        return profiles.profile(uuid("device", device)).orElseThrow(() -> unknown("profile of device", device));
    }

    @Override
    protected void print(final DeviceProfile profile) {
        System.out.println("profile " + profile.version() + ", " + profile.repetitions() + " readings of "
                + profile.samples().size() + " places, drift " + profile.driftPercent() + " %"
                + (profile.direct() ? "" : "; through the page cache: tells more of memory than of the device"));
        System.out.println();
        System.out.print(ProfilePlot.of(profile));
        System.out.println();
        final ShellTable table = new ShellTable();
        table.column("First chunklet").alignRight();
        table.column("Chunklets").alignRight();
        PerformanceColumns.add(table);
        for (final ProfileRegion region : profile.regions()) {
            PerformanceColumns.addRow(table, region.performance(), region.firstChunklet(), region.chunkletCount());
        }
        table.print(System.out);
    }
}
