package org.isobar.testkit;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Bytes of a device in blocks of 4 KiB; absent blocks are zero. Blocks are shared with copies, and with what they were
 * written from, until one of them is changed, so that a copy costs next to nothing.
 */
final class SparseBytes {
    static final int BLOCK_BYTES = 4096;

    private static final int LEAF_BLOCKS = 256;
    private static final byte[] ZEROS = new byte[BLOCK_BYTES];

    private final Leaf[] leaves;

    SparseBytes(final long sizeBytes) {
        final long blocks = (sizeBytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
        leaves = new Leaf[Math.toIntExact((blocks + LEAF_BLOCKS - 1) / LEAF_BLOCKS)];
    }

    /** Fills a buffer. */
    void read(final long offset, final ByteBuffer into) {
        long at = offset;
        while (into.hasRemaining()) {
            final int within = (int) (at % BLOCK_BYTES);
            final int count = Math.min(into.remaining(), BLOCK_BYTES - within);
            final byte[] block = block(at / BLOCK_BYTES);
            into.put(block == null ? ZEROS : block, within, count);
            at += count;
        }
    }

    /** Changes bytes of one block. */
    void write(final long offset, final byte[] bytes) {
        System.arraycopy(bytes, 0, own(offset / BLOCK_BYTES), (int) (offset % BLOCK_BYTES), bytes.length);
    }

    /** Changes a whole block; nobody may change the array any more. */
    void put(final long offset, final byte[] block) {
        final long number = offset / BLOCK_BYTES;
        leaf(number).share((int) (number % LEAF_BLOCKS), block);
    }

    void zero(final long offset, final long length) {
        final long end = offset + length;
        final long firstWhole = (offset + BLOCK_BYTES - 1) / BLOCK_BYTES;
        final long wholeEnd = end / BLOCK_BYTES;
        if (firstWhole > wholeEnd) {
            zeroPart(offset, end);
            return;
        }
        zeroPart(offset, firstWhole * BLOCK_BYTES);
        zeroPart(wholeEnd * BLOCK_BYTES, end);
        long number = firstWhole;
        while (number < wholeEnd) {
            final int from = (int) (number % LEAF_BLOCKS);
            final int to = (int) Math.min(LEAF_BLOCKS, from + wholeEnd - number);
            final Leaf leaf = leaves[(int) (number / LEAF_BLOCKS)];
            if (leaf != null) {
                Arrays.fill(leaf.blocks, from, to, null);
            }
            number += to - from;
        }
    }

    /** Less than a block, in one block. */
    private void zeroPart(final long from, final long to) {
        if (from < to && block(from / BLOCK_BYTES) != null) {
            final int within = (int) (from % BLOCK_BYTES);
            Arrays.fill(own(from / BLOCK_BYTES), within, within + (int) (to - from), (byte) 0);
        }
    }

    /** Takes on the content of another of the same length. */
    void become(final SparseBytes other) {
        for (int index = 0; index < leaves.length; index++) {
            leaves[index] = other.leaves[index] == null ? null : other.leaves[index].share();
        }
    }

    private byte[] block(final long number) {
        final Leaf leaf = leaves[(int) (number / LEAF_BLOCKS)];
        return leaf == null ? null : leaf.blocks[(int) (number % LEAF_BLOCKS)];
    }

    /** A block that is there, and shared with nobody. */
    private byte[] own(final long number) {
        return leaf(number).own((int) (number % LEAF_BLOCKS));
    }

    private Leaf leaf(final long number) {
        final int index = (int) (number / LEAF_BLOCKS);
        if (leaves[index] == null) {
            leaves[index] = new Leaf();
        }
        return leaves[index];
    }

    /** Successive blocks. */
    private static final class Leaf {
        private final byte[][] blocks = new byte[LEAF_BLOCKS][];
        private final boolean[] shared = new boolean[LEAF_BLOCKS];

        byte[] own(final int index) {
            if (blocks[index] == null) {
                blocks[index] = new byte[BLOCK_BYTES];
            } else if (shared[index]) {
                blocks[index] = blocks[index].clone();
            }
            shared[index] = false;
            return blocks[index];
        }

        void share(final int index, final byte[] block) {
            blocks[index] = block;
            shared[index] = true;
        }

        Leaf share() {
            final Leaf other = new Leaf();
            System.arraycopy(blocks, 0, other.blocks, 0, LEAF_BLOCKS);
            Arrays.fill(shared, true);
            Arrays.fill(other.shared, true);
            return other;
        }
    }
}
