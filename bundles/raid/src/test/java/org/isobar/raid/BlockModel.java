package org.isobar.raid;

import java.util.ArrayList;
import java.util.List;

/**
 * What may be read from each block of 512 bytes. A block's content names its version; versions of 0 and less are all
 * zeros. Of each block the model keeps the versions that media may hold, oldest first; the last acknowledged one is what is read while
 * nothing crashes.
 */
final class BlockModel {
    static final int BLOCK_BYTES = 512;
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final int[] acknowledged;
    private final boolean[] busy;
    private final List<List<Integer>> possible = new ArrayList<>();
    private final boolean powerLoss;
    private int lastVersion;
    private int lastZero;

    /**
     * A model of zeros.
     *
     * @param powerLoss whether versions that were not made stable may come back
     */
    BlockModel(final int blocks, final boolean powerLoss) {
        this.powerLoss = powerLoss;
        acknowledged = new int[blocks];
        busy = new boolean[blocks];
        for (int block = 0; block < blocks; block++) {
            possible.add(new ArrayList<>(List.of(0)));
        }
    }

    int blocks() {
        return acknowledged.length;
    }

    boolean isFree(final int first, final int count) {
        for (int block = first; block < first + count; block++) {
            if (busy[block]) {
                return false;
            }
        }
        return true;
    }

    void occupy(final int first, final int count, final boolean occupied) {
        for (int block = first; block < first + count; block++) {
            busy[block] = occupied;
        }
    }

    int nextVersion() {
        return ++lastVersion;
    }

    /** A version that reads as zeros. */
    int nextZero() {
        return --lastZero;
    }

    void writing(final int first, final int count, final int version) {
        for (int block = first; block < first + count; block++) {
            possible.get(block).add(version);
        }
    }

    void written(final int first, final int count, final int version, final boolean durable) {
        for (int block = first; block < first + count; block++) {
            acknowledged[block] = version;
            if (durable || !powerLoss) {
                possible.get(block).clear();
                possible.get(block).add(version);
            }
        }
    }

    /** What a flush that is submitted now will make stable. */
    int[] flushing() {
        return acknowledged.clone();
    }

    void flushed(final int[] covered) {
        for (int block = 0; block < covered.length; block++) {
            final List<Integer> versions = possible.get(block);
            final int at = versions.lastIndexOf(covered[block]);
            if (at > 0) {
                versions.subList(0, at).clear();
            }
        }
    }

    /** Whether a block was being written, or has been written since it was last stable, when all crashed. */
    boolean mayBeLost(final int block) {
        return possible.get(block).size() > 1;
    }

    /** Checks what was read while nothing crashed. A block whose last write failed may hold any version. */
    void checkRead(final int block, final byte[] bytes, final int at, final boolean afterCrash) {
        final int content = content(block, bytes, at);
        final List<Integer> versions = possible.get(block);
        boolean right = !afterCrash && content(acknowledged[block]) == content;
        final int from = afterCrash ? 0 : versions.indexOf(acknowledged[block]) + 1;
        for (int i = from; i < versions.size(); i++) {
            right |= content(versions.get(i)) == content;
        }
        if (!right) {
            throw new AssertionError("block=" + block + " read version=" + content + " acknowledged="
                    + acknowledged[block] + " possible=" + versions);
        }
    }

    private static int content(final int version) {
        return Math.max(0, version);
    }

    /** After a crash: what is read is what there is from now on. */
    void settle(final int block, final byte[] bytes, final int at) {
        checkRead(block, bytes, at, true);
        acknowledged[block] = content(block, bytes, at);
        busy[block] = false;
        possible.get(block).clear();
        possible.get(block).add(acknowledged[block]);
    }

    static void fill(final byte[] bytes, final int at, final int block, final int version) {
        for (int i = 0; i < BLOCK_BYTES; i += Long.BYTES) {
            final long word = i == 0 ? version : version == 0 ? 0 : (version * 1_000_003L + block + i) * MIX;
            for (int shift = 0; shift < Long.BYTES; shift++) {
                bytes[at + i + shift] = (byte) (word >>> (8 * shift));
            }
        }
    }

    private static int content(final int block, final byte[] bytes, final int at) {
        final int version = (bytes[at] & 0xFF)
                | (bytes[at + 1] & 0xFF) << 8
                | (bytes[at + 2] & 0xFF) << 16
                | (bytes[at + 3] & 0xFF) << 24;
        final byte[] expected = new byte[BLOCK_BYTES];
        fill(expected, 0, block, version);
        for (int i = 0; i < BLOCK_BYTES; i++) {
            if (bytes[at + i] != expected[i]) {
                throw new AssertionError("block=" + block + " holds nothing that was written: claims version=" + version
                        + " differs at byte=" + i);
            }
        }
        return version;
    }
}
