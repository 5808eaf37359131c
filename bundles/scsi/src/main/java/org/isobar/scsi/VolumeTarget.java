package org.isobar.scsi;

import java.util.ArrayList;
import java.util.List;
import org.isobar.api.access.Initiator;
import org.isobar.api.scsi.ScsiNexus;
import org.isobar.api.scsi.ScsiTarget;
import org.isobar.api.volume.Volume;
import org.isobar.scsi.reservation.NexusName;

/** The target of one volume and its nexuses. */
final class VolumeTarget implements ScsiTarget {
    private final String name;
    private final String volumeName;
    private final LogicalUnit unit;

    /** Guarded by itself; nothing is called under it. */
    private final List<Runnable> removalWatchers = new ArrayList<>();

    VolumeTarget(final String name, final Volume volume, final UnitServices services) {
        this.name = name;
        volumeName = volume.info().name();
        unit = new LogicalUnit(volume, name, services);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String volume() {
        return volumeName;
    }

    @Override
    public ScsiNexus open(final Initiator who, final long isid, final int portalGroupTag, final boolean readOnly) {
        final NexusName nexusName = new NexusName(who.name(), isid, portalGroupTag);
        final Nexus nexus = new Nexus(unit, who, unit.volume().hold(who.name()), nexusName, readOnly);
        unit.nexuses().add(nexus);
        return nexus;
    }

    @Override
    public void onRemoved(final Runnable gone) {
        synchronized (removalWatchers) {
            if (!unit.removed()) {
                removalWatchers.add(gone);
                return;
            }
        }
        gone.run();
    }

    LogicalUnit unit() {
        return unit;
    }

    /** The target is no more. */
    void remove() {
        final List<Runnable> watchers;
        synchronized (removalWatchers) {
            unit.remove();
            watchers = List.copyOf(removalWatchers);
            removalWatchers.clear();
        }
        watchers.forEach(Runnable::run);
    }
}
