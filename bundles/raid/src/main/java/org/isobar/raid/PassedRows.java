package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** What the journals of a log tell of a stripe that went past it. Control lane only. */
final class PassedRows implements RowWitness {
    private final List<Range> ranges = new ArrayList<>();
    private final long all;

    /** Of one entry. */
    private static final class Range {
        private final int from;
        private final int[] hashes;

        Range(final RowEntry entry) {
            from = entry.first() * LogLayout.BLOCK_BYTES;
            hashes = new int[entry.rows()];
            for (int row = 0; row < hashes.length; row++) {
                hashes[row] = entry.hash(row);
            }
        }

        int from() {
            return from;
        }

        int to() {
            return from + hashes.length * LogLayout.BLOCK_BYTES;
        }

        boolean tellsOf(final int at) {
            return at >= from && at < to();
        }

        boolean vouchesFor(final int at, final int hash) {
            return tellsOf(at) && hashes[(at - from) / LogLayout.BLOCK_BYTES] == hash;
        }
    }

    PassedRows(final int dataStrips) {
        all = (1L << dataStrips) - 1;
    }

    void add(final RowEntry entry) {
        ranges.add(new Range(entry));
    }

    @Override
    public int from() {
        return ranges.stream().mapToInt(Range::from).min().orElseThrow();
    }

    @Override
    public int to() {
        return ranges.stream().mapToInt(Range::to).max().orElseThrow();
    }

    @Override
    public boolean tellsOf(final int at) {
        return ranges.stream().anyMatch(range -> range.tellsOf(at));
    }

    @Override
    public long written(final int at) {
        return all;
    }

    @Override
    public boolean vouchesFor(final int at, final int hash) {
        return ranges.stream().anyMatch(range -> range.vouchesFor(at, hash));
    }

    @Override
    public void addOthers(final int at, final ByteBuf to) {
        // There are none.
    }
}
