package org.isobar.scsi;

import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.isobar.api.StorageException;
import org.isobar.api.volume.Volume;
import org.isobar.api.volume.VolumeInfo;
import org.isobar.api.volume.VolumeSpace;
import org.isobar.api.volume.VolumeState;
import org.isobar.common.lane.Lane;
import org.isobar.scsi.reservation.ReservationRules;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A volume as LUN 0 of its target. Any lane may look; what changes is volatile. */
final class LogicalUnit {
    private static final Logger LOG = LoggerFactory.getLogger(LogicalUnit.class);
    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);

    private final Volume volume;
    private final UUID uuid;
    private final int pageBlocks;
    private final String targetName;
    private final BlockLocks locks = new BlockLocks();
    private final Nexuses nexuses = new Nexuses();
    private final PortGroups portGroups;
    private final Reservations reservations;
    private final Obstacles obstacles = new Obstacles();
    private final Lane lane;
    private final Copies copies;
    private final AtomicWrites atomicWrites;
    private final Sanitize sanitize;
    private final Thresholds thresholds;

    /** D_SENSE of the control mode page, shared by all nexuses. */
    private volatile boolean descriptorSense;
    /** SWP of the control mode page. */
    private volatile boolean writeProtected;

    private volatile boolean removed;

    LogicalUnit(final Volume volume, final String targetName, final UnitServices services) {
        final VolumeInfo info = volume.info();
        this.volume = volume;
        this.targetName = targetName;
        portGroups = services.portGroups();
        uuid = info.uuid();
        pageBlocks = info.pageBytes() / BlockLimits.BLOCK_BYTES;
        reservations = new Reservations(services.catalog(), uuid, nexuses);
        copies = services.copies();
        lane = services.lanes()
                .lane(Math.floorMod(uuid.hashCode(), services.lanes().count()));
        atomicWrites = new AtomicWrites(this, services);
        sanitize = new Sanitize(this, services);
        thresholds = new Thresholds(this, services);
    }

    /** Goes on with what a stop interrupted; nothing else reaches the unit before it is known what that is. */
    void resume() {
        try {
            thresholds.resume();
            sanitize.resume();
            atomicWrites.recover();
        } catch (final StorageException unavailable) {
            LOG.warn("scsi.unit.waits target={} reason={}", targetName, unavailable.getMessage());
            obstacles.recovering(true);
            lane.schedule(this::resume, RETRY_NS);
        }
    }

    /** Drops what is kept for a volume that is no more; what cannot be dropped is never looked at again. */
    void forget() {
        reservations.remove();
        try {
            atomicWrites.forgetAll();
            sanitize.forget();
            thresholds.forget();
        } catch (final StorageException unavailable) {
            LOG.warn("scsi.unit.leaves-documents target={} reason={}", targetName, unavailable.getMessage());
        }
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

    /** Where its background work runs. */
    Lane lane() {
        return lane;
    }

    Obstacles obstacles() {
        return obstacles;
    }

    /** What most commands are refused with now, or null. */
    SenseCode obstacle() {
        return obstacles.first();
    }

    /** The copy manager of the appliance. */
    Copies copies() {
        return copies;
    }

    /** Whether a byte may be anything but zero. */
    boolean holdsData(final long offsetBytes) {
        return volume.allocated((offsetBytes >>> BlockLimits.BLOCK_SHIFT) / pageBlocks);
    }

    AtomicWrites atomicWrites() {
        return atomicWrites;
    }

    Sanitize sanitize() {
        return sanitize;
    }

    Thresholds thresholds() {
        return thresholds;
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
        thresholds.reset();
        nexuses.raise(UnitAttention.RESET, null);
    }

    boolean writeProtected() {
        return writeProtected;
    }

    /** What the mode pages say now. */
    ModeValues modes(final VolumeSpace space) {
        return new ModeValues(
                descriptorSense,
                writeProtected,
                thresholds.reporting(),
                thresholds.single(),
                thresholds.settings(space));
    }

    /** What the mode pages say as long as nobody sets anything, or what a reset brings back. */
    ModeValues modes(final ThresholdModes of, final VolumeSpace space) {
        return new ModeValues(false, false, of.reporting(), of.single(), thresholds.settings(of, space));
    }

    /** MODE SELECT by a nexus: the others are told. */
    void select(final ModeValues values, final ThresholdModes ofThresholds, final Nexus by) {
        descriptorSense = values.descriptorSense();
        writeProtected = values.writeProtected();
        nexuses.raise(UnitAttention.MODE_CHANGED, by);
        thresholds.select(ofThresholds);
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
