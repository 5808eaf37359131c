package org.isobar.api.device;

import org.isobar.api.block.BlockLayer;

/**
 * A second way to an open device, for measuring it: past the page cache where the file system can. Requests want offsets, lengths and
 * buffers in units of 4096 bytes. It ends in OFFLINE what comes after the device went; ask for a new one when it is back.
 */
public interface DeviceProbe extends BlockLayer {
    /** Whether requests go past the page cache. */
    boolean direct();

    /** Requests that the device was given by others since it was opened: whether a measurement was disturbed. */
    long othersBegun();
}
