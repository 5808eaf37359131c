package org.isobar.api.raid;

import java.util.UUID;

/**
 * One column of a RAID set: a chunklet of a device.
 *
 * @param device the device's UUID
 * @param chunklet zero-based chunklet of that device
 * @param state whether its content can be relied on
 */
public record RaidColumn(UUID device, int chunklet, ColumnState state) {}
