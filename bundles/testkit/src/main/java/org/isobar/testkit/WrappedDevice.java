package org.isobar.testkit;

import java.util.UUID;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceLayout;
import org.isobar.api.device.DeviceState;
import org.isobar.api.device.HealthState;

/** A device that passes everything but {@code submit} on to another. */
public abstract class WrappedDevice implements Device {
    private final Device inner;

    protected WrappedDevice(final Device inner) {
        this.inner = inner;
    }

    /** The device inside. */
    public final Device inner() {
        return inner;
    }

    @Override
    public final UUID uuid() {
        return inner.uuid();
    }

    @Override
    public final DeviceLayout layout() {
        return inner.layout();
    }

    @Override
    public DeviceState state() {
        return inner.state();
    }

    @Override
    public HealthState health() {
        return inner.health();
    }

    @Override
    public void corrected(final int blocks) {
        inner.corrected(blocks);
    }

    @Override
    public final long sizeBytes() {
        return inner.sizeBytes();
    }

    @Override
    public final int blockBytes() {
        return inner.blockBytes();
    }
}
