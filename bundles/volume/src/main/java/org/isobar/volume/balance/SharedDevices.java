package org.isobar.volume.balance;

import java.util.Collection;
import java.util.List;
import org.isobar.api.pool.DeviceUsage;

/** How much pools that have chunklets on the same devices get in each other's way. */
final class SharedDevices {
    private final List<DeviceUsage> devices;

    SharedDevices(final Collection<DeviceUsage> usage) {
        devices = List.copyOf(usage);
    }

    /**
     * For which share of their time the devices of a pool are busy with another one that is busy for all of its time, in the mean
     * over the pool's requests: these lie as its chunklets do, and the device that holds most of the other's is busy with that
     * all the time. 0 to 1.
     */
    double share(final String pool, final String other) {
        double chunklets = 0;
        double busy = 0;
        int most = 1;
        for (final DeviceUsage device : devices) {
            final int here = device.chunkletsByPool().getOrDefault(pool, 0);
            final int others = device.chunkletsByPool().getOrDefault(other, 0);
            chunklets += here;
            busy += (double) here * others;
            most = Math.max(most, others);
        }
        return chunklets == 0 ? 0 : busy / most / chunklets;
    }
}
