package org.isobar.testkit;

import org.isobar.api.block.IoRequest;
import org.isobar.api.device.Device;
import org.isobar.common.Check;

/** Passes each request on after a random time within bounds. */
public final class DelayDevice extends WrappedDevice {
    private final Simulation sim;
    private final long delayNsMin;
    private final long delayNsMax;

    public DelayDevice(final Simulation sim, final Device inner, final long delayNsMin, final long delayNsMax) {
        super(inner);
        this.sim = sim;
        this.delayNsMin = Check.range("delayNsMin", delayNsMin, 0, delayNsMax);
        this.delayNsMax = delayNsMax;
    }

    @Override
    public void submit(final IoRequest request) {
        final long delayNs = delayNsMin + (long) (sim.random().nextDouble() * (delayNsMax - delayNsMin));
        sim.workOnLane(request.lane(), delayNs, () -> inner().submit(request));
    }
}
