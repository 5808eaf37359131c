package org.isobar.raid;

import org.isobar.api.device.SumBlock;
import org.isobar.common.Check;

/**
 * How the write log lies in the last bytes of each chunklet of a set: two blocks for checkpoints, then slots of equal
 * length, each a header block and payload blocks. Headers are only looked for where slots begin, so that nobody can write
 * data that is taken for one. Pure; any thread may call.
 */
final class LogLayout {
    static final int BLOCK_BYTES = SumBlock.DATA_BYTES;
    static final int CHECKPOINT_BLOCKS = 2;
    private static final int SLOT_BLOCKS_MIN = 8;
    /** The largest write takes this part of the slots at most. */
    private static final int WRITES_MIN = 4;

    /** The log of a new set takes this part of a chunklet, when that is neither too much nor too little. */
    private static final int PART = 16;

    private static final int PART_MAX = 4;
    private static final long BYTES_MAX = 16L << 20;

    private final long start;
    private final int slotBlocks;
    private final int slots;
    private final int slotsMax;
    private final int partsMax;
    private final int entryBytes;

    LogLayout(final int dataStrips, final int stripBytes, final long chunkletBytes, final long logBytes) {
        Check.range("log.bytes", logBytes, BLOCK_BYTES, chunkletBytes);
        Check.range("log.bytes beyond a block", logBytes % BLOCK_BYTES, 0, 0);
        Check.range("chunklet.bytes beyond a block", chunkletBytes % BLOCK_BYTES, 0, 0);
        start = chunkletBytes - logBytes;
        slotBlocks = slotBlocks(dataStrips);
        slots = (int) ((logBytes / BLOCK_BYTES - CHECKPOINT_BLOCKS) / slotBlocks);
        slotsMax = slotsFor(dataStrips + 1, stripBytes);
        partsMax = stripBytes / BLOCK_BYTES * ((dataStrips + 1) / 2);
        entryBytes = RowEntry.bytesFor(stripBytes / BLOCK_BYTES);
        Check.range("log.slots", slots, WRITES_MIN * slotsMax, Integer.MAX_VALUE);
    }

    /** The shortest log that a set of this form can have. */
    static long bytesMin(final int dataStrips, final int stripBytes) {
        final int slotBlocks = slotBlocks(dataStrips);
        final long slots = (long) WRITES_MIN * slotsFor(slotBlocks, dataStrips + 1, stripBytes);
        return (CHECKPOINT_BLOCKS + slots * slotBlocks) * BLOCK_BYTES;
    }

    /** The log that a new set of this form gets; 0 when it has no use for one, or the chunklets are too short. */
    static long bytesFor(final int dataStrips, final int stripBytes, final long chunkletBytes) {
        if (dataStrips == 1) {
            return 0;
        }
        final long wanted = Math.max(bytesMin(dataStrips, stripBytes), Math.min(chunkletBytes / PART, BYTES_MAX));
        return wanted > chunkletBytes / PART_MAX ? 0 : wanted / BLOCK_BYTES * BLOCK_BYTES;
    }

    private static int slotBlocks(final int dataStrips) {
        return Math.max(SLOT_BLOCKS_MIN, dataStrips + 2);
    }

    private static int slotsFor(final int slotBlocks, final int elements, final int lengthBytes) {
        final int rows = (slotBlocks - 1) / elements;
        return (lengthBytes / BLOCK_BYTES + rows - 1) / rows;
    }

    /** Slots that a write of {@code lengthBytes} in each of {@code elements} strips takes at most. */
    int slotsFor(final int elements, final int lengthBytes) {
        return slotsFor(slotBlocks, elements, lengthBytes);
    }

    /** Length of a {@link RowEntry}. */
    int entryBytes() {
        return entryBytes;
    }

    /** Slots that any write takes at most. */
    int slotsMax() {
        return slotsMax;
    }

    /** Parts of a stripe that have no neighbours, at most: runs of blocks side by side in each row. */
    int partsMax() {
        return partsMax;
    }

    /** Blocks of content that a slot has room for. */
    int contentBlocks() {
        return slotBlocks - 1;
    }

    /** Blocks of a slot, its header among them. */
    int slotBlocks() {
        return slotBlocks;
    }

    /** Number of slots. */
    int slots() {
        return slots;
    }

    int slotBytes() {
        return slotBlocks * BLOCK_BYTES;
    }

    /** The slot of a sequence number. */
    int slot(final long sequence) {
        return (int) (sequence % slots);
    }

    /** First byte of a slot, relative to the chunklet. */
    long slotOffset(final int slot) {
        return start + (long) CHECKPOINT_BLOCKS * BLOCK_BYTES + (long) slot * slotBytes();
    }

    /** First byte of the block for a checkpoint; neighbouring ones lie in different blocks. */
    long checkpointOffset(final long count) {
        return start + count % CHECKPOINT_BLOCKS * BLOCK_BYTES;
    }
}
