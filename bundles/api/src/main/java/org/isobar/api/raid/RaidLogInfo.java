package org.isobar.api.raid;

/**
 * A picture of the write log of one set.
 *
 * @param slots slots that it has, in all groups
 * @param slotBytes length of a slot
 * @param usedSlots slots with something that is perhaps not on stable media in its place
 * @param keptBlocks blocks of 4 KiB that were acknowledged from the log and are not in their place yet
 * @param keptBlocksMax so many there may be
 * @param refusedWrites small writes since start that were made in place before they ended, for want of room in the log
 * @param replayedSlots slots since start that were read again after an unclean stop, or when the set came back
 */
public record RaidLogInfo(
        int slots,
        int slotBytes,
        int usedSlots,
        int keptBlocks,
        int keptBlocksMax,
        long refusedWrites,
        long replayedSlots) {}
