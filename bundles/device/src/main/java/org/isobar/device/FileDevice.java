package org.isobar.device;

import java.util.UUID;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceLayout;
import org.isobar.api.device.DeviceState;
import org.isobar.api.device.HealthState;
import org.isobar.api.device.Superblock;
import org.isobar.device.health.HealthRecord;

/** A block device or file with our label. State changes come from the control thread; any lane may look. */
final class FileDevice implements Device {
    /** Unit of offsets and lengths. */
    static final int BLOCK_BYTES = 512;

    private final UUID uuid;
    private final long sizeBytes;
    private final DeviceLayout layout;
    private final HealthRecord health;
    private volatile DeviceState state = DeviceState.MISSING;
    private volatile DeviceSession session;

    FileDevice(final Superblock label, final HealthRecord health) {
        this.health = health;
        uuid = label.device();
        sizeBytes = label.sizeBytes();
        layout = label.layout();
    }

    @Override
    public UUID uuid() {
        return uuid;
    }

    @Override
    public DeviceLayout layout() {
        return layout;
    }

    @Override
    public DeviceState state() {
        return state;
    }

    @Override
    public HealthState health() {
        return health.state();
    }

    @Override
    public void corrected(final int blocks) {
        health.io().corrected(blocks);
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public int blockBytes() {
        return BLOCK_BYTES;
    }

    @Override
    public void submit(final IoRequest request) {
        final DeviceSession open = session;
        if (open == null) {
            request.complete(IoStatus.OFFLINE);
        } else if (request.op() == IoOp.FLUSH) {
            health.io().submit(request, open);
        } else if (!inRange(request)) {
            request.complete(IoStatus.OUT_OF_RANGE);
        } else if (request.lengthBytes() == 0) {
            request.complete(IoStatus.OK);
        } else {
            health.io().submit(request, open);
        }
    }

    /** From now on the device serves through {@code opened}. */
    void online(final DeviceSession opened) {
        session = opened;
        state = DeviceState.ONLINE;
    }

    /** From now on requests end in OFFLINE; returns the session to close, or null when there was none. */
    DeviceSession offline(final DeviceState why) {
        final DeviceSession open = session;
        state = why;
        session = null;
        return open;
    }

    /** What serves now, or null. */
    DeviceSession session() {
        return session;
    }

    private boolean inRange(final IoRequest request) {
        final long offset = request.offsetBytes();
        final long length = request.lengthBytes();
        return ((offset | length) & (BLOCK_BYTES - 1)) == 0
                && offset >= 0
                && length >= 0
                && length <= sizeBytes
                && offset <= sizeBytes - length;
    }
}
