package org.isobar.itests.simulation;

import org.isobar.api.block.IoRequest;
import org.isobar.api.device.Device;
import org.isobar.api.device.DeviceState;
import org.isobar.api.device.HealthState;
import org.isobar.device.health.HealthRecord;
import org.isobar.testkit.WrappedDevice;

/** A simulated device whose requests go through the product's watch, as those of a real one do. */
final class GuardedDevice extends WrappedDevice {
    private final HealthRecord record;

    GuardedDevice(final Device inner, final HealthRecord record) {
        super(inner);
        this.record = record;
    }

    @Override
    public void submit(final IoRequest request) {
        if (state() == DeviceState.ONLINE) {
            record.io().submit(request, inner()::submit);
        } else {
            inner().submit(request);
        }
    }

    @Override
    public HealthState health() {
        return record.state();
    }

    @Override
    public void corrected(final int blocks) {
        record.io().corrected(blocks);
    }
}
