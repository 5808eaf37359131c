package org.isobar.scsi;

import org.isobar.api.block.IoStatus;

/** READ CAPACITY (10) and (16) (SBC-3 §5.15, §5.16), GET LBA STATUS (§5.6). */
final class CapacityCommands {
    private static final int ALLOCATION_OFFSET = 10;

    private static final int LONG_BYTES = 32;
    private static final int EXPONENT_OFFSET = 13;
    private static final int PROVISIONING_OFFSET = 14;
    /** LBPME, LBPRZ. */
    private static final byte PROVISIONED = (byte) 0xC0;

    private static final int STATUS_HEADER_BYTES = 8;
    private static final int STATUS_DESCRIPTOR_BYTES = 16;
    private static final int STATUS_BLOCKS_OFFSET = 8;
    private static final int STATUS_OFFSET = 12;
    private static final int STATUS_MAX_DESCRIPTORS = 256;
    private static final byte DEALLOCATED = 1;
    /** Pages looked at by one command, so that a long empty volume does not hold the lane. */
    private static final int STATUS_MAX_PAGES = 65536;

    private CapacityCommands() {}

    static void readCapacity10(final CommandRun run, final IoStatus none) {
        final byte[] data = new byte[8];
        BigEndian.putClamped(data, 0, run.unit().blocks() - 1);
        BigEndian.putInt(data, 4, BlockLimits.BLOCK_BYTES);
        run.answer(data, data.length, data.length);
    }

    static void readCapacity16(final CommandRun run, final IoStatus none) {
        final byte[] data = new byte[LONG_BYTES];
        BigEndian.putLong(data, 0, run.unit().blocks() - 1);
        BigEndian.putInt(data, 8, BlockLimits.BLOCK_BYTES);
        data[EXPONENT_OFFSET] = BlockLimits.PHYSICAL_BLOCK_EXPONENT;
        data[PROVISIONING_OFFSET] = PROVISIONED;
        run.answer(data, data.length, BigEndian.unsignedInt(run.cdb(), ALLOCATION_OFFSET));
    }

    /** Runs of pages with and without space, from the block asked for on; maybe not to the end of the volume. */
    static void lbaStatus(final CommandRun run, final IoStatus none) {
        final LogicalUnit unit = run.unit();
        final long capacity = unit.blocks();
        final long lba = CdbLayout.SIXTEEN.lba(run.cdb());
        if (Long.compareUnsigned(lba, capacity) >= 0) {
            run.check(SenseCode.LBA_OUT_OF_RANGE);
            return;
        }
        final long allocationBytes = BigEndian.unsignedInt(run.cdb(), ALLOCATION_OFFSET);
        final int maxDescriptors = (int) Math.max(
                1, Math.min(STATUS_MAX_DESCRIPTORS, (allocationBytes - STATUS_HEADER_BYTES) / STATUS_DESCRIPTOR_BYTES));
        final byte[] data = new byte[STATUS_HEADER_BYTES + maxDescriptors * STATUS_DESCRIPTOR_BYTES];
        int end = STATUS_HEADER_BYTES;
        long from = lba;
        int pagesLeft = STATUS_MAX_PAGES;
        while (from < capacity && end < data.length && pagesLeft > 0) {
            final long firstPage = from / unit.pageBlocks();
            final boolean allocated = unit.volume().allocated(firstPage);
            long page = firstPage;
            do {
                page++;
                pagesLeft--;
            } while (pagesLeft > 0
                    && page * unit.pageBlocks() < capacity
                    && unit.volume().allocated(page) == allocated);
            final long to = Math.min(Math.min(page * unit.pageBlocks(), capacity), from + BigEndian.MAX_UNSIGNED_INT);
            BigEndian.putLong(data, end, from);
            BigEndian.putInt(data, end + STATUS_BLOCKS_OFFSET, (int) (to - from));
            data[end + STATUS_OFFSET] = allocated ? 0 : DEALLOCATED;
            end += STATUS_DESCRIPTOR_BYTES;
            from = to;
        }
        BigEndian.putInt(data, 0, end - Integer.BYTES);
        run.answer(data, end, allocationBytes);
    }
}
