package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.kernel.Crc32c;

/** Entries that go to the log of a group together, in neighbouring slots, and their disk form. Control lane only. */
final class LogBatch implements LogWrite {
    private final LogLayout layout;
    private final long set;
    private final int group;
    private final ArrayDeque<LogEntry> entries = new ArrayDeque<>();
    private final LogSlot slot = new LogSlot();
    private final Crc32c crc = new Crc32c();
    private ByteBuf buffer;
    private long first;
    private int slotsMax;
    private int slots;
    private int contentBytes;
    private boolean durable;
    private final int column;

    /** For batches that go to two columns of a group. */
    LogBatch(final LogLayout layout, final long set, final int group) {
        this(layout, set, group, TWO);
    }

    /** For batches that go to one column alone. */
    LogBatch(final LogLayout layout, final long set, final int group, final int column) {
        this.layout = layout;
        this.set = set;
        this.group = group;
        this.column = column;
    }

    /** Begins with a sequence number; the batch gets so many slots at most. */
    void begin(final long sequence, final int slotCount) {
        first = sequence;
        slotsMax = slotCount;
        slots = 0;
        durable = false;
        buffer = Buffers.allocate(slotCount * layout.slotBytes());
    }

    /** Takes an entry in, or answers false when there is no room for it. */
    boolean add(final LogEntry entry) {
        if (slots + entry.slots(layout) > slotsMax) {
            return false;
        }
        int done = 0;
        while (done < entry.length()) {
            final int taken = addRows(entry, done, entry.contents());
            if (taken > 0 && done == 0) {
                entry.loggedAt(first + slots - 1);
            }
            done += taken;
        }
        durable |= entry.isDurable();
        entries.addLast(entry);
        return true;
    }

    /** Puts as many bytes of each element as there is room for into the present slot, or begins a new one. */
    private int addRows(final LogEntry entry, final int done, final int count) {
        final int rows = count == 0 ? entry.length() : room() / LogLayout.BLOCK_BYTES / count * LogLayout.BLOCK_BYTES;
        if (rows == 0 || full()) {
            beginSlot();
            return 0;
        }
        final int length = Math.min(rows, entry.length() - done);
        final int from = entry.from() + done;
        slot.add(entry, from, from + length);
        if (entry.isPartial()) {
            addHashes(entry, done / LogLayout.BLOCK_BYTES, length / LogLayout.BLOCK_BYTES);
        }
        entry.copyContents(done, length, buffer, end());
        contentBytes += count * length;
        return length;
    }

    private void addHashes(final LogEntry entry, final int first, final int rows) {
        final int block = contentBytes / LogLayout.BLOCK_BYTES;
        for (int row = 0; row < rows; row++) {
            slot.hashes(
                    block + row,
                    entry.sums().hashBefore(first + row),
                    entry.sums().hashAfter(first + row));
        }
    }

    private boolean full() {
        return slots == 0 || slot.pieces() == LogSlot.PIECES_MAX;
    }

    private int room() {
        return layout.slotBytes() - LogSlot.HEADER_BYTES - contentBytes;
    }

    /** Where the next content goes. */
    private int end() {
        return (slots - 1) * layout.slotBytes() + LogSlot.HEADER_BYTES + contentBytes;
    }

    private void beginSlot() {
        endSlot();
        slot.wrap(buffer, slots * layout.slotBytes()).begin(set, group, first + slots);
        slots++;
        contentBytes = 0;
    }

    private void endSlot() {
        if (slots > 0) {
            slot.end(contentBytes, crc);
        }
    }

    /** No more entries come. */
    void seal() {
        endSlot();
    }

    @Override
    public boolean isDurable() {
        return durable;
    }

    @Override
    public void chosen(final long columns) {
        // It goes wherever it is asked for.
    }

    @Override
    public int column() {
        return column;
    }

    @Override
    public long inChunklet() {
        return layout.slotOffset(layout.slot(first));
    }

    @Override
    public ByteBuf buffer() {
        return buffer;
    }

    @Override
    public int index() {
        return 0;
    }

    long first() {
        return first;
    }

    int slots() {
        return slots;
    }

    @Override
    public int lengthBytes() {
        return end();
    }

    /** It has ended: its writes are to be told. */
    void end(final Consumer<GroupWrite> tell) {
        buffer.release();
        buffer = null;
        for (LogEntry entry = entries.pollFirst(); entry != null; entry = entries.pollFirst()) {
            tell.accept(entry.write());
        }
    }
}
