package org.isobar.scsi;

import java.util.UUID;
import org.isobar.api.catalog.Catalog;
import org.isobar.api.volume.Volume;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.api.volume.VolumeState;
import org.isobar.scsi.reservation.ReservationRules;

/** A volume as LUN 0 of its target. Any lane may look; what changes is volatile. */
final class LogicalUnit {
    private final Volume volume;
    private final UUID uuid;
    private final int pageBlocks;
    private final String targetName;
    private final BlockLocks locks = new BlockLocks();
    private final Nexuses nexuses = new Nexuses();
    private final PortGroups portGroups;
    private final Reservations reservations;

    /** D_SENSE of the control mode page, shared by all nexuses. */
    private volatile boolean descriptorSense;
    /** SWP of the control mode page. */
    private volatile boolean writeProtected;

    private volatile boolean removed;

    LogicalUnit(final Volume volume, final String targetName, final PortGroups portGroups, final Catalog catalog) {
        final VolumeInfo info = volume.info();
        this.volume = volume;
        this.targetName = targetName;
        this.portGroups = portGroups;
        uuid = info.uuid();
        pageBlocks = info.pageBytes() / BlockLimits.BLOCK_BYTES;
        reservations = new Reservations(catalog, uuid, nexuses);
    }

    Volume volume() {
        return volume;
    }

    /** Length now, in blocks. */
    long blocks() {
        return volume.sizeBytes() >>> BlockLimits.BLOCK_SHIFT;
    }

    boolean serves() {
        final VolumeState state = volume.info().state();
        return state == VolumeState.ONLINE || state == VolumeState.DEGRADED;
    }

    UUID uuid() {
        return uuid;
    }

    int pageBlocks() {
        return pageBlocks;
    }

    String targetName() {
        return targetName;
    }

    BlockLocks locks() {
        return locks;
    }

    /** Nexuses that are logged in. */
    Nexuses nexuses() {
        return nexuses;
    }

    PortGroups portGroups() {
        return portGroups;
    }

    Reservations reservations() {
        return reservations;
    }

    /** A reset: reservations of RESERVE (6) end, mode parameters are what they were, all nexuses are told. */
    void reset() {
        reservations.changeAlways(ReservationRules::reset, outcome -> {});
        descriptorSense = false;
        writeProtected = false;
        nexuses.raise(UnitAttention.RESET, null);
    }

    boolean writeProtected() {
        return writeProtected;
    }

    /** MODE SELECT of the control mode page by a nexus: the others are told. */
    void control(final boolean withDescriptorSense, final boolean withWriteProtection, final Nexus by) {
        descriptorSense = withDescriptorSense;
        writeProtected = withWriteProtection;
        nexuses.raise(UnitAttention.MODE_CHANGED, by);
    }

    boolean descriptorSense() {
        return descriptorSense;
    }

    boolean removed() {
        return removed;
    }

    void remove() {
        removed = true;
    }
}
