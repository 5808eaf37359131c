package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.isobar.api.device.SumBlock;

/**
 * Blocks that were acknowledged from the write log and are not in their place yet, by their number in the set. What is kept
 * is newer than what lies in place, so whoever reads a block asks here as well. A block is put, replaced and removed by
 * whoever holds the lock of its stripe, and its content is copied only by such; whether there is one may be asked on any lane.
 * The owner bounds how many there are; their memory is used again, and goes with the set.
 */
final class KeptBlocks {
    static final long NONE = -1;

    private static final int BLOCK_BYTES = SumBlock.DATA_BYTES;
    private static final int SHARDS = 16;
    private static final int SLAB_SHIFT = 5;
    private static final int SLAB_BLOCKS = 1 << SLAB_SHIFT;
    private static final long HASH = 0x9E3779B97F4A7C15L;
    private static final int HASH_SHIFT = 32;

    private final SetLayout layout;
    private final int rows;
    private final Shard[] shards = new Shard[SHARDS];
    private final AtomicInteger count = new AtomicInteger();
    private final Memory memory = new Memory();

    KeptBlocks(final SetLayout layout) {
        this.layout = layout;
        rows = layout.stripBytes() / BLOCK_BYTES;
        for (int i = 0; i < SHARDS; i++) {
            shards[i] = new Shard();
        }
    }

    int count() {
        return count.get();
    }

    /** Number of the block at a byte of a data strip. */
    long key(final long stripe, final int group, final int element, final int at) {
        return (layout.groupKey(stripe, group) * layout.dataStrips() + element) * rows + at / BLOCK_BYTES;
    }

    long stripe(final long key) {
        return key / rows / layout.dataStrips() / layout.groups();
    }

    int element(final long key) {
        return (int) (key / rows % layout.dataStrips());
    }

    /** First byte of a block in its strip. */
    int at(final long key) {
        return (int) (key % rows) * BLOCK_BYTES;
    }

    /** Sequence number of the slot that holds the newest content of a block, or {@link #NONE} when it is in place. */
    long sequence(final long key) {
        return count.get() == 0 ? NONE : shard(key).sequence(key);
    }

    /** Whether any block of a part of a strip is kept. */
    boolean any(final long stripe, final int group, final int element, final int from, final int to) {
        if (count.get() == 0) {
            return false;
        }
        final long end = key(stripe, group, element, to - 1);
        for (long key = key(stripe, group, element, from); key <= end; key++) {
            if (sequence(key) != NONE) {
                return true;
            }
        }
        return false;
    }

    /** Whether all blocks of a part of a strip are kept. */
    boolean all(final long stripe, final int group, final int element, final int from, final int to) {
        if (count.get() == 0) {
            return false;
        }
        final long end = key(stripe, group, element, to - 1);
        for (long key = key(stripe, group, element, from); key <= end; key++) {
            if (sequence(key) == NONE) {
                return false;
            }
        }
        return true;
    }

    /** Copies the blocks of a part of a strip, whole blocks, that are kept, over what is there. */
    void copy(
            final long stripe,
            final int group,
            final int element,
            final int from,
            final int to,
            final ByteBuf into,
            final int index) {
        if (count.get() == 0) {
            return;
        }
        final long first = key(stripe, group, element, from);
        final long end = key(stripe, group, element, to - 1);
        for (long key = first; key <= end; key++) {
            final int place = shard(key).place(key);
            if (place >= 0) {
                into.setBytes(
                        index + (int) (key - first) * BLOCK_BYTES, memory.slab(place), offset(place), BLOCK_BYTES);
            }
        }
    }

    /** Keeps the newest content of a block; answers the slot that held what it replaces, or {@link #NONE}. */
    long put(final long key, final long sequence, final ByteBuf content, final int index) {
        final Shard shard = shard(key);
        final int known = shard.place(key);
        final int place = known >= 0 ? known : memory.take();
        memory.slab(place).setBytes(offset(place), content, index, BLOCK_BYTES);
        final long before = shard.put(key, sequence, place);
        if (before == NONE) {
            count.incrementAndGet();
        }
        return before;
    }

    /** The block is in its place; answers the slot that held it, or {@link #NONE} when it was not kept. */
    long remove(final long key) {
        if (count.get() == 0) {
            return NONE;
        }
        final Shard shard = shard(key);
        final int place = shard.place(key);
        if (place < 0) {
            return NONE;
        }
        final long before = shard.remove(key);
        memory.give(place);
        count.decrementAndGet();
        return before;
    }

    private Shard shard(final long key) {
        return shards[hash(key) % SHARDS];
    }

    private static int hash(final long key) {
        return (int) (key * HASH >>> HASH_SHIFT) >>> 1;
    }

    private static int offset(final int place) {
        return place % SLAB_BLOCKS * BLOCK_BYTES;
    }

    /** Direct memory for blocks, in slabs that are allocated when they are first needed. */
    private static final class Memory {
        private final List<ByteBuf> slabs = new ArrayList<>();
        private int[] free = new int[0];
        private int freeCount;

        synchronized ByteBuf slab(final int place) {
            return slabs.get(place >> SLAB_SHIFT);
        }

        synchronized int take() {
            if (freeCount == 0) {
                final int first = slabs.size() << SLAB_SHIFT;
                slabs.add(Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(SLAB_BLOCKS * BLOCK_BYTES)));
                free = new int[first + SLAB_BLOCKS];
                for (int i = SLAB_BLOCKS - 1; i >= 0; i--) {
                    free[freeCount++] = first + i;
                }
            }
            return free[--freeCount];
        }

        synchronized void give(final int place) {
            free[freeCount++] = place;
        }
    }

    /** A part of the table, probed linearly. Its monitor is held for a few dozen instructions. */
    private static final class Shard {
        private static final int CAPACITY_MIN = 16;

        private long[] keys = new long[CAPACITY_MIN];
        private long[] sequences = new long[CAPACITY_MIN];
        private int[] places = new int[CAPACITY_MIN];
        private int used;

        Shard() {
            Arrays.fill(keys, NONE);
        }

        /** Index of a key, or of the free one where it belongs. */
        private int find(final long key) {
            int at = slot(key);
            while (keys[at] != NONE && keys[at] != key) {
                at = at + 1 & keys.length - 1;
            }
            return at;
        }

        private int slot(final long key) {
            return hash(key) / SHARDS & keys.length - 1;
        }

        synchronized long sequence(final long key) {
            final int at = find(key);
            return keys[at] == key ? sequences[at] : NONE;
        }

        synchronized int place(final long key) {
            final int at = find(key);
            return keys[at] == key ? places[at] : -1;
        }

        synchronized long put(final long key, final long sequence, final int place) {
            int at = find(key);
            if (keys[at] == key) {
                final long before = sequences[at];
                sequences[at] = sequence;
                return before;
            }
            if (2 * (used + 1) > keys.length) {
                grow();
                at = find(key);
            }
            set(at, key, sequence, place);
            used++;
            return NONE;
        }

        private void set(final int at, final long key, final long sequence, final int place) {
            keys[at] = key;
            sequences[at] = sequence;
            places[at] = place;
        }

        private void grow() {
            final long[] oldKeys = keys;
            final long[] oldSequences = sequences;
            final int[] oldPlaces = places;
            keys = new long[2 * oldKeys.length];
            sequences = new long[keys.length];
            places = new int[keys.length];
            Arrays.fill(keys, NONE);
            for (int i = 0; i < oldKeys.length; i++) {
                if (oldKeys[i] != NONE) {
                    set(find(oldKeys[i]), oldKeys[i], oldSequences[i], oldPlaces[i]);
                }
            }
        }

        synchronized long remove(final long key) {
            int hole = find(key);
            final long before = sequences[hole];
            used--;
            // What was probed past the hole moves up, so that it is still found.
            for (int at = hole + 1 & keys.length - 1; keys[at] != NONE; at = at + 1 & keys.length - 1) {
                final int home = slot(keys[at]);
                final boolean stays = hole < at ? home > hole && home <= at : home > hole || home <= at;
                if (!stays) {
                    set(hole, keys[at], sequences[at], places[at]);
                    hole = at;
                }
            }
            keys[hole] = NONE;
            return before;
        }
    }
}
