package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import org.isobar.common.kernel.Crc32c;

/**
 * A slot of a group's log that fills bit by bit with {@link RowEntry}s, of stripes that are written past the log. A
 * further batch writes the blocks anew that it puts entries in: what was in them before stays the same byte for byte, so
 * that it does no harm if that write is torn. While another is under way it begins with a new block instead, as nobody knows which
 * of them a device writes last. Each slot has a number of its own besides, a nonce, that nobody could know
 * when older data was written there: an entry counts if it has it. Control lane only.
 */
final class LogJournal {
    private final LogLayout layout;
    private final long set;
    private final int group;
    private final RowEntry entry;
    private final LogSlot header = new LogSlot();
    private final Crc32c crc = new Crc32c();
    private ByteBuf buffer;
    private boolean open;
    /** Of the slot that was opened last; batches may still be under way after it was closed. */
    private long sequence;

    private long nonce;
    /** Where the next entry goes, unless that is to be a new block. */
    private int end;
    /** Batches that are being written. */
    private int underWay;

    /** Where the header is. */
    private long headerColumns;

    private boolean durableHeader;

    LogJournal(final LogLayout layout, final long set, final int group) {
        this.layout = layout;
        this.set = set;
        this.group = group;
        entry = new RowEntry(layout.entryBytes());
    }

    /** Entries that a slot has room for. */
    static int capacity(final LogLayout layout) {
        return (layout.slotBytes() - LogSlot.HEADER_BYTES) / layout.entryBytes();
    }

    int capacity() {
        return capacity(layout);
    }

    /** Entries that a range of so many rows takes. */
    static int entries(final int rows) {
        return (rows + RowEntry.ROWS_MAX - 1) / RowEntry.ROWS_MAX;
    }

    /** The first byte of a block that is not before another byte. */
    static int nextBlock(final int at) {
        return at + LogLayout.BLOCK_BYTES - 1 & -LogLayout.BLOCK_BYTES;
    }

    /** That of its slot. */
    long sequence() {
        return sequence;
    }

    /** Begins a slot; nothing is being written. */
    void open(final long ofSequence, final long ofNonce) {
        if (buffer == null) {
            buffer = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(layout.slotBytes()));
        }
        open = true;
        sequence = ofSequence;
        nonce = ofNonce;
        header.wrap(buffer, 0).begin(set, group, sequence);
        header.journal(nonce);
        header.end(0, crc);
        end = LogSlot.HEADER_BYTES;
        buffer.setZero(end, layout.slotBytes() - end);
        headerColumns = 0;
        durableHeader = false;
    }

    /** Nothing is added to the slot any more. */
    void close() {
        open = false;
    }

    /** Whether a batch is being written. */
    boolean isBusy() {
        return underWay > 0;
    }

    /** Entries that there is still room for. */
    int room() {
        return open ? (layout.slotBytes() - next()) / layout.entryBytes() : 0;
    }

    private int next() {
        return underWay > 0 ? nextBlock(end) : end;
    }

    /** Begins a batch; what is added up to {@link #seal} belongs to it. */
    void begin(final JournalPart part) {
        end = next();
        part.begin(this, end);
    }

    /** Says what rows from {@code first} on may hold; there is room. */
    void add(final long stripe, final int first, final int rows, final int[] hashes) {
        for (int done = 0; done < rows; done += RowEntry.ROWS_MAX) {
            final int count = Math.min(RowEntry.ROWS_MAX, rows - done);
            entry.wrap(buffer, end).begin(nonce, stripe, first + done, count);
            for (int row = 0; row < count; row++) {
                entry.hash(row, hashes[done + row]);
            }
            entry.end();
            end += layout.entryBytes();
        }
    }

    /** The batch is written next. */
    void seal(final JournalPart part) {
        part.end(end);
        underWay++;
    }

    /** A batch is there, or is not. */
    void ended(final JournalPart part, final boolean written) {
        underWay--;
        if (written && part.hasHeader()) {
            durableHeader = part.isDurable() || (durableHeader && part.columns() == headerColumns);
            headerColumns = part.columns();
        }
    }

    /** Whether columns are known to have the header: what they have besides is worth nothing without it. */
    boolean hasHeader(final long columns, final boolean durably) {
        return columns == headerColumns && (durableHeader || !durably);
    }

    /** Where the slot begins, relative to the chunklet. */
    long inChunklet() {
        return layout.slotOffset(layout.slot(sequence));
    }

    ByteBuf buffer() {
        return buffer;
    }
}
