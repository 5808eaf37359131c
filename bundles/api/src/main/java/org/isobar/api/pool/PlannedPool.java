package org.isobar.api.pool;

/**
 * A pool that the layout policy wants.
 *
 * @param name its name
 * @param level RAID level
 * @param performanceClass class that its chunklets are to be of; {@link ChunkletClasses#ANY} while no device was measured
 * @param exists whether there is a pool of that name, which stays as it is
 * @param note what to know of it, for people; empty when there is nothing
 */
public record PlannedPool(String name, String level, String performanceClass, boolean exists, String note) {}
