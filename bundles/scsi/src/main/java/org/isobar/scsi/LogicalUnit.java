package org.isobar.scsi;

import java.util.UUID;
import org.isobar.api.volume.Volume;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.api.volume.VolumeState;

/** A volume as LUN 0 of its target. Any lane may look; what changes is volatile. */
final class LogicalUnit {
    private final Volume volume;
    private final UUID uuid;
    private final int pageBlocks;
    private final String targetName;
    private final BlockLocks locks = new BlockLocks();

    /** D_SENSE of the control mode page, shared by all nexuses. */
    private volatile boolean descriptorSense;

    private volatile boolean removed;

    LogicalUnit(final Volume volume, final String targetName) {
        final VolumeInfo info = volume.info();
        this.volume = volume;
        this.targetName = targetName;
        uuid = info.uuid();
        pageBlocks = info.pageBytes() / BlockLimits.BLOCK_BYTES;
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

    boolean descriptorSense() {
        return descriptorSense;
    }

    void descriptorSense(final boolean wanted) {
        descriptorSense = wanted;
    }

    boolean removed() {
        return removed;
    }

    void remove() {
        removed = true;
    }
}
