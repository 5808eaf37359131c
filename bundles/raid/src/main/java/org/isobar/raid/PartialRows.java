package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import org.isobar.common.kernel.Xor;

/**
 * The partial parity that a log has of a stripe, found slot by slot in their order. Where a later slot has that of a row beside
 * other elements, what was written before was on stable media, and counts no more. Control lane only.
 */
final class PartialRows implements RowWitness {
    /** By the first byte in each strip. */
    private final TreeMap<Integer, Row> rows = new TreeMap<>();

    private static final class Row {
        private final long written;
        private final byte[] others = new byte[LogLayout.BLOCK_BYTES];
        private final Set<Integer> hashes = new HashSet<>();

        Row(final long written, final ByteBuf from, final int index) {
            this.written = written;
            from.getBytes(index, others);
        }
    }

    /**
     * Takes in a piece of a slot.
     *
     * @param content where the content of the slot begins
     * @param index where that of the piece does
     */
    void add(final LogSlot slot, final int piece, final ByteBuf bytes, final int content, final int index) {
        for (int done = 0; done < slot.contentBytes(piece); done += LogLayout.BLOCK_BYTES) {
            final int at = slot.from(piece) + done;
            final int block = (index - content + done) / LogLayout.BLOCK_BYTES;
            final Row before = rows.get(at);
            Row row = before;
            if (before == null || before.written != slot.covered(piece)) {
                row = new Row(slot.covered(piece), bytes, index + done);
                rows.put(at, row);
            }
            row.hashes.add(slot.hashBefore(block));
            row.hashes.add(slot.hashAfter(block));
        }
    }

    @Override
    public int from() {
        return rows.firstKey();
    }

    @Override
    public int to() {
        return rows.lastKey() + LogLayout.BLOCK_BYTES;
    }

    @Override
    public boolean tellsOf(final int at) {
        return rows.containsKey(at);
    }

    @Override
    public long written(final int at) {
        return rows.get(at).written;
    }

    @Override
    public boolean vouchesFor(final int at, final int hash) {
        return rows.get(at).hashes.contains(hash);
    }

    @Override
    public void addOthers(final int at, final ByteBuf to) {
        Xor.into(Unpooled.wrappedBuffer(rows.get(at).others), 0, to, 0, LogLayout.BLOCK_BYTES);
    }
}
