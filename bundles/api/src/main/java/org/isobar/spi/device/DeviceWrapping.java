package org.isobar.spi.device;

import org.isobar.api.block.BlockLayer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Stands between a running member and its devices, as tests and measurements want it: to slow them down, to let requests
 * fail, to write down what they are asked. Nothing in the product provides it. Where several do, the one of highest ranking
 * is used.
 *
 * <p>It takes effect at once on every open device, and ceases to when it is withdrawn, both under I/O: a request goes through
 * the layer that was there when it was submitted. So a layer must still pass on, or end, what it holds after it has been
 * withdrawn.
 *
 * <p>What comes through: READ, WRITE, ZERO and DISCARD as the device does them, FLUSH only when it has something to make
 * durable and then one at a time, and what the profiler measures with. Labels are read and written past it.
 */
@ConsumerType
public interface DeviceWrapping {
    /**
     * Returns what takes a device's requests from now on. Called off the lanes, for each way that is open to the device, so
     * several times for one path. What it throws is logged, and the device left as it is.
     *
     * @param path where the device is, absolute
     * @param device does the requests; they may be passed to it later, but on their lane, not more than once, and as they are;
     *     what is not passed to it must be ended as the contract of layers says
     * @return a layer of the same size, or {@code device} itself to leave it as it is
     */
    BlockLayer wrap(String path, BlockLayer device);
}
