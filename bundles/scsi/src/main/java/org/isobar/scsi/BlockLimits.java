package org.isobar.scsi;

/** What one command may ask for; reported in the Block Limits VPD page (SBC-3 §6.6.4) and enforced. */
final class BlockLimits {
    static final int BLOCK_BYTES = 512;
    static final int BLOCK_SHIFT = 9;
    /** 8 blocks of 512 bytes to a physical one. */
    static final int PHYSICAL_BLOCK_EXPONENT = 3;

    static final int MAX_TRANSFER_BLOCKS = 8192;
    static final int OPTIMAL_TRANSFER_BLOCKS = 2048;
    static final int MAX_UNMAP_BLOCKS = 1 << 20;
    static final int MAX_UNMAP_DESCRIPTORS = 256;
    static final int MAX_WRITE_SAME_BLOCKS = 1 << 15;
    /** WRITE ATOMIC: what is kept in the catalog meanwhile. */
    static final int MAX_ATOMIC_BLOCKS = 256;
    /** Alignment and granularity of WRITE ATOMIC. */
    static final int ATOMIC_GRANULARITY_BLOCKS = 1 << PHYSICAL_BLOCK_EXPONENT;

    static final int MAX_COMPARE_AND_WRITE_BLOCKS = 255;

    private BlockLimits() {}
}
