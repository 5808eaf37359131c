package org.isobar.api.pool;

import org.isobar.api.raid.RaidSetInfo;

/**
 * A RAID set and whom it serves.
 *
 * @param pool its pool
 * @param pageBytes length of the pages it holds
 * @param slotCount page slots in it
 * @param usedSlots slots that hold a page
 * @param info the set itself
 */
public record SetPlacement(String pool, int pageBytes, int slotCount, int usedSlots, RaidSetInfo info) {}
