package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import org.isobar.common.kernel.Crc32c;

/**
 * A slot of a group's log that fills bit by bit with {@link RowEntry}s, of stripes that are written past the log. A
 * further batch writes the blocks anew that it puts entries in: what was in them before stays the same byte for byte, so
 * that it does no harm if that write is torn. Each slot has a number of its own besides, a nonce, that nobody could know
 * when older data was written there: an entry counts if it has it. Control lane only.
 */
final class LogJournal implements LogWrite {
    private final LogLayout layout;
    private final long set;
    private final int group;
    private final RowEntry entry;
    private final LogSlot header = new LogSlot();
    private final Crc32c crc = new Crc32c();
    private ByteBuf buffer;
    private boolean open;
    /** Of the slot that was opened last; a batch may still be under way after it was closed. */
    private long sequence;

    private long nonce;
    /** Where the next entry goes. */
    private int end;
    /** Where those of this batch begin. */
    private int begun;

    private int writeFrom;
    private long columns;
    private boolean durable;
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

    /** Entries that a range of so many rows takes. */
    static int entries(final int rows) {
        return (rows + RowEntry.ROWS_MAX - 1) / RowEntry.ROWS_MAX;
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
        columns = 0;
        durableHeader = false;
    }

    /** Nothing is added to the slot any more. */
    void close() {
        open = false;
    }

    /** Entries that there is still room for. */
    int room() {
        return open ? (layout.slotBytes() - end) / layout.entryBytes() : 0;
    }

    void beginBatch() {
        begun = end;
        durable = false;
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

    /** The batch must be on stable media before its writes go on. */
    void mustBeDurable() {
        durable = true;
    }

    /** The batch is there. */
    void written() {
        durableHeader |= durable;
    }

    @Override
    public void chosen(final long chosen) {
        final boolean again = chosen != columns;
        columns = chosen;
        durableHeader &= !again;
        // What is on stable media is worth nothing without its header.
        writeFrom = again || (durable && !durableHeader) ? 0 : begun & -LogLayout.BLOCK_BYTES;
    }

    @Override
    public long inChunklet() {
        return layout.slotOffset(layout.slot(sequence)) + writeFrom;
    }

    @Override
    public ByteBuf buffer() {
        return buffer;
    }

    @Override
    public int index() {
        return writeFrom;
    }

    @Override
    public int lengthBytes() {
        return (end + LogLayout.BLOCK_BYTES - 1 & -LogLayout.BLOCK_BYTES) - writeFrom;
    }

    @Override
    public boolean isDurable() {
        return durable;
    }
}
