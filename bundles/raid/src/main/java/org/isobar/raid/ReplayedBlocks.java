package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.isobar.common.buffer.Buffers;

/**
 * The blocks that a group's log keeps, as a replay finds them, slot by slot: each in its newest version up to there, which
 * is the one that redundancy in the next slots goes with. Bounded by the log. Control lane only.
 */
final class ReplayedBlocks {
    private static final int BLOCK_BYTES = LogLayout.BLOCK_BYTES;

    private final Map<Long, byte[]> newest = new HashMap<>();
    /** Of the present slot, by their place. */
    private final TreeMap<Integer, Place> found = new TreeMap<>();

    private final TreeMap<Integer, byte[]> contents = new TreeMap<>();
    private final KeptEntry entry = new KeptEntry();

    private record Place(long stripe, int element, int from) {}

    /** Takes in the blocks of one copy of a slot: what one copy lacks another may have. */
    void collect(final LogSlot slot, final ByteBuf content, final LogLayout layout) {
        for (int number = 1; number < layout.slotBlocks(); number++) {
            if (!found.containsKey(number) && entry.find(content, 0, number, slot.nonce())) {
                final byte[] bytes = new byte[BLOCK_BYTES];
                content.getBytes(entry.content(), bytes);
                found.put(number, new Place(entry.stripe(), entry.element(), entry.from()));
                contents.put(number, bytes);
            }
        }
    }

    /** All copies of a slot were looked at. */
    void slotEnds(final GroupLog group, final long sequence) {
        if (found.isEmpty()) {
            return;
        }
        final ByteBuf block = Buffers.allocate(BLOCK_BYTES);
        for (final Map.Entry<Integer, Place> one : found.entrySet()) {
            final Place place = one.getValue();
            final byte[] content = contents.get(one.getKey());
            final long key = group.kept().key(place.stripe, place.element, place.from);
            newest.put(key, content);
            block.setBytes(0, content);
            group.kept().found(key, sequence, block, 0);
        }
        block.release();
        found.clear();
        contents.clear();
    }

    /** Whether all data that a piece of redundancy goes with was found. What was not was in its place for good, and so was the rest. */
    boolean has(final GroupLog group, final LogSlot slot, final int piece) {
        for (long left = slot.covered(piece); left != 0; left &= left - 1) {
            final int element = Long.numberOfTrailingZeros(left);
            for (int from = slot.from(piece); from < slot.to(piece); from += BLOCK_BYTES) {
                if (!newest.containsKey(group.kept().key(slot.stripe(piece), element, from))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** The data of such a piece, one element after the other, and then its redundancy if it has some. To be released. */
    ByteBuf with(final GroupLog group, final LogSlot slot, final int piece, final ByteBuf redundancy, final int index) {
        final int rows = slot.to(piece) - slot.from(piece);
        final int length = Long.bitCount(slot.covered(piece)) * rows + slot.contentBytes(piece);
        final ByteBuf whole = Buffers.allocate(length);
        int at = 0;
        for (long left = slot.covered(piece); left != 0; left &= left - 1) {
            final int element = Long.numberOfTrailingZeros(left);
            for (int from = slot.from(piece); from < slot.to(piece); from += BLOCK_BYTES) {
                whole.setBytes(at, newest.get(group.kept().key(slot.stripe(piece), element, from)));
                at += BLOCK_BYTES;
            }
        }
        whole.setBytes(at, redundancy, index, slot.contentBytes(piece));
        return whole;
    }
}
