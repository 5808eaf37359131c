package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Which slots of a group's log keep blocks that are not in their place yet, and how many. Such slots stay as they are, and
 * so many more are left free that all blocks can always be brought to their place, which takes a block of redundancy for
 * each at most. {@link Destager} sees to it that many go together.
 */
final class KeptSlots {
    /** 8 MiB. */
    private static final int BLOCKS_MAX = 2048;

    private final KeptBlocks blocks;
    private final int group;
    private final LogLayout layout;
    private final Destager destager;
    /** Called on any lane when a slot keeps nothing any more. */
    private final Runnable freed;

    /** Of each slot, the blocks that it keeps. */
    private final AtomicIntegerArray live;
    /** Blocks that are kept, or are about to be. */
    private final AtomicInteger count = new AtomicInteger();

    private final StripeTally tally;

    KeptSlots(
            final KeptBlocks blocks,
            final int group,
            final LogLayout layout,
            final Destager destager,
            final Runnable freed) {
        this.blocks = blocks;
        this.group = group;
        this.layout = layout;
        this.destager = destager;
        this.freed = freed;
        live = new AtomicIntegerArray(layout.slots());
        tally = new StripeTally(max());
    }

    /** Number of a block of the group in the set. */
    long key(final long stripe, final int element, final int from) {
        return blocks.key(stripe, group, element, from);
    }

    /** Blocks that may be kept at once. */
    int max() {
        final int slots = layout.slots() - spare(1);
        return Math.max(0, Math.min(BLOCKS_MAX, slots * layout.contentBlocks() / 2));
    }

    /** Blocks that are kept, or are about to be. Any lane may call. */
    int count() {
        return count.get();
    }

    /**
     * For the end of the ring, and for small rounds: a round takes one part of each stripe, and the oldest slot may keep blocks of
     * the stripe that needs most rounds.
     *
     * @param ofOneStripe blocks that are kept of the stripe of which most are
     */
    private int spare(final int ofOneStripe) {
        return layout.slotsMax() + Math.max(layout.contentBlocks(), Math.min(ofOneStripe, layout.partsMax())) + 1;
    }

    /** Slots that must be left free. */
    int reserve() {
        return needed(count.get(), tally.highest());
    }

    private int needed(final int kept, final int ofOneStripe) {
        final int fit = layout.contentBlocks();
        return kept == 0 ? 0 : (kept + fit - 1) / fit + spare(ofOneStripe);
    }

    /** Whether an entry's blocks may be kept when so many slots are free beside those that it takes. Any lane may call. */
    boolean hasRoomFor(final LogEntry entry, final int slots) {
        final int more = entry.blocks();
        return count.get() + more <= max()
                && slots >= needed(count.get() + more, tally.highestWith(entry.stripe(), more));
    }

    /** Whether an entry's blocks can be kept when nothing else is. */
    boolean hasRoomFor(final LogEntry entry) {
        final int more = entry.blocks();
        return more <= max() && layout.slots() >= entry.slots(layout) + needed(more, more);
    }

    /** An entry is on its way to the log. Control lane. */
    void begin(final LogEntry entry) {
        count.addAndGet(entry.blocks());
        tally.add(entry.stripe(), entry.blocks());
    }

    /** It did not get there. Control lane. */
    void giveUp(final LogEntry entry) {
        count.addAndGet(-entry.blocks());
        tally.remove(entry.stripe(), entry.blocks());
    }

    /** It is there. Control lane; its write holds the lock. */
    void keep(final LogEntry entry) {
        final WriteContent content = entry.write().content();
        int block = 0;
        for (int element = content.first(); element < content.end(); element++) {
            final long first = blocks.key(entry.stripe(), group, element, entry.from());
            for (int row = 0; row < entry.length() / LogLayout.BLOCK_BYTES; row++) {
                final int at = content.index(element) + row * LogLayout.BLOCK_BYTES;
                keep(first + row, entry.sequence(block, layout), content.data(), at);
                block++;
            }
        }
    }

    private void keep(final long key, final long sequence, final ByteBuf content, final int index) {
        live.incrementAndGet(layout.slot(sequence));
        drop(key, blocks.put(key, sequence, content, index));
        destager.kept(key, sequence);
    }

    /** What a write was to change is in its place, so that nothing older of it is kept. Any lane, under its lock. */
    void placed(final GroupWrite write) {
        if (count.get() == 0) {
            return;
        }
        for (int element = write.content().first(); element < write.content().end(); element++) {
            final long first = blocks.key(write.stripe(), group, element, write.from());
            for (int row = 0; row < write.length() / LogLayout.BLOCK_BYTES; row++) {
                drop(first + row, blocks.remove(first + row));
            }
        }
    }

    private void drop(final long key, final long sequence) {
        if (sequence != KeptBlocks.NONE) {
            count.decrementAndGet();
            tally.remove(blocks.stripe(key), 1);
            if (live.decrementAndGet(layout.slot(sequence)) == 0) {
                freed.run();
            }
        }
    }

    /** The oldest slot that keeps a block of what a write is to change, all of which is kept. Its write holds the lock. */
    long oldest(final GroupWrite write) {
        long oldest = Long.MAX_VALUE;
        for (int element = write.content().first(); element < write.content().end(); element++) {
            final long first = blocks.key(write.stripe(), group, element, write.from());
            for (int row = 0; row < write.length() / LogLayout.BLOCK_BYTES; row++) {
                oldest = Math.min(oldest, blocks.sequence(first + row));
            }
        }
        return oldest;
    }

    /** A replay has found a block that was kept. Control lane; the set does not serve. */
    void found(final long key, final long sequence, final ByteBuf content, final int index) {
        if (sequence >= blocks.sequence(key)) {
            relogged(key, sequence, content, index);
        }
    }

    /** A replay has logged anew what is kept. Control lane; the set does not serve. */
    void relogged(final long key, final long sequence, final ByteBuf content, final int index) {
        count.incrementAndGet();
        tally.add(blocks.stripe(key), 1);
        keep(key, sequence, content, index);
    }

    /** A replay has found what was put in its place after it was kept. Control lane; the set does not serve. */
    void foundPlaced(final LogSlot slot, final int piece) {
        for (long left = slot.covered(piece); left != 0; left &= left - 1) {
            final int element = Long.numberOfTrailingZeros(left);
            for (int from = slot.from(piece); from < slot.to(piece); from += LogLayout.BLOCK_BYTES) {
                final long key = blocks.key(slot.stripe(piece), group, element, from);
                if (blocks.sequence(key) < slot.sequence()) {
                    drop(key, blocks.remove(key));
                }
            }
        }
    }

    /** The first slot from {@code from} on that keeps something, or {@code end}. Control lane. */
    long oldest(final long from, final long end) {
        for (long sequence = from; sequence < end; sequence++) {
            if (live.get(layout.slot(sequence)) > 0) {
                return sequence;
            }
        }
        return end;
    }
}
