package org.isobar.testkit;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Bytes of a device in blocks of 4 KiB; absent blocks are zero. A copy shares the blocks until one of the two changes them,
 * so that it costs next to nothing.
 */
final class SparseBytes {
    private static final int BLOCK_BYTES = 4096;
    private static final int LEAF_BLOCKS = 256;

    private final Leaf[] leaves;

    SparseBytes(final long sizeBytes) {
        final long blocks = (sizeBytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
        leaves = new Leaf[Math.toIntExact((blocks + LEAF_BLOCKS - 1) / LEAF_BLOCKS)];
    }

    void read(final long offset, final byte[] into, final int index, final int length) {
        int done = 0;
        while (done < length) {
            final long at = offset + done;
            final int within = (int) (at % BLOCK_BYTES);
            final int count = Math.min(length - done, BLOCK_BYTES - within);
            final byte[] block = block(at / BLOCK_BYTES);
            if (block != null) {
                System.arraycopy(block, within, into, index + done, count);
            }
            done += count;
        }
    }

    void read(final long offset, final ByteBuf into, final int index, final int length) {
        int done = 0;
        while (done < length) {
            final long at = offset + done;
            final int within = (int) (at % BLOCK_BYTES);
            final int count = Math.min(length - done, BLOCK_BYTES - within);
            final byte[] block = block(at / BLOCK_BYTES);
            if (block == null) {
                into.setZero(index + done, count);
            } else {
                into.setBytes(index + done, block, within, count);
            }
            done += count;
        }
    }

    void write(final long offset, final byte[] from, final int index, final int length) {
        int done = 0;
        while (done < length) {
            final long at = offset + done;
            final int within = (int) (at % BLOCK_BYTES);
            final int count = Math.min(length - done, BLOCK_BYTES - within);
            System.arraycopy(from, index + done, own(at / BLOCK_BYTES), within, count);
            done += count;
        }
    }

    void zero(final long offset, final long length) {
        final long end = offset + length;
        long at = offset;
        while (at < end) {
            final int within = (int) (at % BLOCK_BYTES);
            final int count = (int) Math.min(end - at, BLOCK_BYTES - within);
            final long number = at / BLOCK_BYTES;
            if (block(number) != null) {
                if (count == BLOCK_BYTES) {
                    leaves[(int) (number / LEAF_BLOCKS)].blocks[(int) (number % LEAF_BLOCKS)] = null;
                } else {
                    Arrays.fill(own(number), within, within + count, (byte) 0);
                }
            }
            at += count;
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
        final int index = (int) (number / LEAF_BLOCKS);
        if (leaves[index] == null) {
            leaves[index] = new Leaf();
        }
        return leaves[index].own((int) (number % LEAF_BLOCKS));
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

        Leaf share() {
            final Leaf other = new Leaf();
            System.arraycopy(blocks, 0, other.blocks, 0, LEAF_BLOCKS);
            Arrays.fill(shared, true);
            Arrays.fill(other.shared, true);
            return other;
        }
    }
}
