package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.kernel.Crc32c;
import org.isobar.spi.raid.LogInspector;

/** The copies of one slot of a stopped set's log, as the columns hold them. To be released. */
final class SlotCopies {
    /** Columns that every slot goes to, at least, but for partial parity. */
    private static final int WANTED = 2;

    /** What a slot holds, by its header. */
    enum Kind {
        CONTENT,
        REDUNDANCY,
        PARTIAL,
        ROWS,
        KEPT
    }

    /** Hears of the blocks that a slot keeps. */
    interface Blocks {
        void kept(long stripe, int element, int from);
    }

    /** A whole one, with those of its entries that are. */
    private record Copy(ByteBuf bytes, BitSet entries) {}

    private final LogLayout layout;
    private final long sequence;
    private final LogSlot slot = new LogSlot();
    private final Crc32c crc = new Crc32c();
    private final KeptEntry keptEntry = new KeptEntry();
    private final RowEntry rowEntry;
    private final List<Copy> copies = new ArrayList<>();
    private Kind kind;
    private long whole;
    private long torn;
    private boolean contradict;
    private boolean differ;

    SlotCopies(final LogLayout layout, final long sequence) {
        this.layout = layout;
        this.sequence = sequence;
        rowEntry = new RowEntry(layout.entryBytes());
    }

    /** Adds that of a column whose header announces it. */
    void read(final LogInspector.Media media, final int column) throws IOException {
        final ByteBuf copy = Buffers.allocate(layout.slotBytes()).writerIndex(layout.slotBytes());
        boolean taken = false;
        try {
            media.read(column, layout.slotOffset(layout.slot(sequence)), layout.slotBytes(), copy);
            slot.wrap(copy, 0);
            taken = slot.whole(crc);
            if (taken || kind == null) {
                kind = kindOf(slot);
            }
            if (taken) {
                final Copy one = new Copy(copy, entries(copy));
                compare(one);
                copies.add(one);
                whole |= 1L << column;
            } else {
                torn |= 1L << column;
            }
        } finally {
            if (!taken) {
                copy.release();
            }
        }
    }

    private static Kind kindOf(final LogSlot of) {
        if (of.keeps()) {
            return Kind.KEPT;
        }
        if (of.nonce() != 0) {
            return Kind.ROWS;
        }
        if (of.pieces() > 0 && of.isPartial(0)) {
            return Kind.PARTIAL;
        }
        return of.pieces() > 0 && of.redundancyOnly(0) ? Kind.REDUNDANCY : Kind.CONTENT;
    }

    /** Which entries of a journal's slot are whole. Changes their checksum fields. */
    private BitSet entries(final ByteBuf copy) {
        final BitSet entries = new BitSet();
        if (kind == Kind.KEPT) {
            for (int block = 1; block < layout.slotBlocks(); block++) {
                entries.set(block, keptEntry.find(copy, 0, block, slot.nonce()));
            }
        } else if (kind == Kind.ROWS) {
            for (int number = 0; number < LogJournal.capacity(layout); number++) {
                entries.set(number, rowEntry.wrap(copy, rowAt(number)).isOf(slot.nonce()));
            }
        }
        return entries;
    }

    private int rowAt(final int number) {
        return LogSlot.HEADER_BYTES + number * layout.entryBytes();
    }

    private void compare(final Copy copy) {
        if (copies.isEmpty()) {
            return;
        }
        final Copy first = copies.get(0);
        if (kind == Kind.CONTENT || kind == Kind.REDUNDANCY || kind == Kind.PARTIAL) {
            contradict |= !alike(first, copy, 0, LogSlot.HEADER_BYTES + slot.contentBytes());
        } else if (!alike(first, copy, 0, LogSlot.FIXED_BYTES)) {
            // What two replays logged anew, of which one was cut short, has another nonce.
            differ = true;
        } else {
            differ |= !first.entries.equals(copy.entries);
            for (int number = first.entries.nextSetBit(0); number >= 0; number = first.entries.nextSetBit(number + 1)) {
                contradict |= copy.entries.get(number) && !alikeEntry(first, copy, number);
            }
        }
    }

    private boolean alikeEntry(final Copy first, final Copy copy, final int number) {
        if (kind == Kind.ROWS) {
            return alike(first, copy, rowAt(number), layout.entryBytes());
        }
        return keptEntry.find(first.bytes, 0, number, slot.nonce())
                && alike(first, copy, keptEntry.index(), KeptEntry.BYTES);
    }

    private static boolean alike(final Copy first, final Copy copy, final int at, final int length) {
        return ByteBufUtil.equals(first.bytes, at, copy.bytes, at, length);
    }

    long sequence() {
        return sequence;
    }

    Kind kind() {
        return kind;
    }

    /** Whether it should be there more often. */
    boolean lacking() {
        return Long.bitCount(whole) < (kind == Kind.PARTIAL ? 1 : WANTED);
    }

    /** Mask of the columns whose copy is whole. */
    long whole() {
        return whole;
    }

    /** Mask of the columns whose copy is not. */
    long torn() {
        return torn;
    }

    /** Whether whole copies say unlike things, which they cannot. */
    boolean contradict() {
        return contradict;
    }

    /** Whether one copy has more than the other, as when it was not flushed. */
    boolean differ() {
        return differ;
    }

    /** The first whole one; there is one. */
    LogSlot slot() {
        return slot.wrap(copies.get(0).bytes, 0);
    }

    /** Of those that keep blocks, tells of each that any copy has. */
    void kept(final Blocks to) {
        for (final Copy copy : copies) {
            final long nonce = slot.wrap(copy.bytes, 0).nonce();
            for (int block = copy.entries.nextSetBit(0); block >= 0; block = copy.entries.nextSetBit(block + 1)) {
                keptEntry.find(copy.bytes, 0, block, nonce);
                to.kept(keptEntry.stripe(), keptEntry.element(), keptEntry.from());
            }
        }
    }

    void release() {
        copies.forEach(copy -> copy.bytes.release());
        copies.clear();
    }
}
