package org.isobar.scsi;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.isobar.api.access.Initiator;
import org.isobar.api.scsi.ScsiNexus;
import org.isobar.api.scsi.ScsiTarget;
import org.isobar.api.volume.Volume;

/** The target of one volume and its nexuses. */
final class VolumeTarget implements ScsiTarget {
    private final String name;
    private final String volumeName;
    private final LogicalUnit unit;
    private final Set<Nexus> nexuses = ConcurrentHashMap.newKeySet();

    /** Guarded by itself; nothing is called under it. */
    private final List<Runnable> removalWatchers = new ArrayList<>();

    VolumeTarget(final String name, final Volume volume) {
        this.name = name;
        volumeName = volume.info().name();
        unit = new LogicalUnit(volume, name);
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
        final Nexus nexus = new Nexus(this, unit.volume().hold(who.name()), portalGroupTag);
        nexuses.add(nexus);
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

    void forget(final Nexus nexus) {
        nexuses.remove(nexus);
    }

    /** Raises a unit attention for all nexuses but one, or for all. */
    void raise(final UnitAttention attention, final Nexus but) {
        nexuses.forEach(nexus -> {
            if (nexus != but) {
                nexus.raise(attention);
            }
        });
    }

    /** The volume is no more. */
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
