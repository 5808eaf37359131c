package org.isobar.scsi;

import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * Which blocks a command may change, decoded a second time straight from the standard (SBC-4 §5), independently of the
 * commands' own code. A command that is not here changes nothing.
 */
final class WrittenBlocks {
    private static final int UNMAP_HEADER_BYTES = 8;
    private static final int UNMAP_DESCRIPTOR_BYTES = 16;

    private final int blockCount;
    private final BitSet blocks = new BitSet();

    WrittenBlocks(final int blockCount) {
        this.blockCount = blockCount;
    }

    /** Adds what this command, sent with this data, may change. */
    void add(final byte[] cdb, final byte[] data) {
        final ByteBuffer fields = ByteBuffer.wrap(cdb);
        switch (cdb[0] & 0xFF) {
            case 0x0A -> range(fields.getInt(0) & 0x1F_FFFF, cdb[4] == 0 ? 256 : cdb[4] & 0xFF);
            case 0x2A, 0x2E -> range(fields.getInt(2) & 0xFFFF_FFFFL, fields.getShort(7) & 0xFFFF);
            case 0xAA, 0xAE -> range(fields.getInt(2) & 0xFFFF_FFFFL, fields.getInt(6) & 0xFFFF_FFFFL);
            case 0x8A, 0x8B, 0x8E -> range(fields.getLong(2), fields.getInt(10) & 0xFFFF_FFFFL);
            case 0x9C -> range(fields.getLong(2), fields.getShort(12) & 0xFFFF);
            case 0x89 -> range(fields.getLong(2), cdb[13] & 0xFF);
            case 0x41 -> same(fields.getInt(2) & 0xFFFF_FFFFL, fields.getShort(7) & 0xFFFF);
            case 0x93 -> same(fields.getLong(2), fields.getInt(10) & 0xFFFF_FFFFL);
            case 0x42 -> unmapped(data, fields.getShort(7) & 0xFFFF);
            case 0x04, 0x48, 0x83 -> blocks.set(0, blockCount);
            default -> {}
        }
    }

    boolean may(final int block) {
        return blocks.get(block);
    }

    /** WRITE SAME of no blocks means all that follow. */
    private void same(final long lba, final long count) {
        range(lba, count == 0 ? blockCount : count);
    }

    private void unmapped(final byte[] data, final int listBytes) {
        final ByteBuffer list = ByteBuffer.wrap(data, 0, Math.min(data.length, listBytes));
        for (int at = UNMAP_HEADER_BYTES; at + UNMAP_DESCRIPTOR_BYTES <= list.limit(); at += UNMAP_DESCRIPTOR_BYTES) {
            range(list.getLong(at), list.getInt(at + Long.BYTES) & 0xFFFF_FFFFL);
        }
    }

    private void range(final long lba, final long count) {
        if (lba >= 0 && lba < blockCount) {
            blocks.set((int) lba, (int) Math.min(blockCount, lba + count));
        }
    }
}
