package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import org.isobar.common.kernel.Crc32c;

/**
 * The slot of a group's log that fills bit by bit with blocks that are kept, whichever batches they come in, and the ones
 * after it that the present batch takes as well. A batch goes on where the last one ended, with a block of {@link KeptEntry}s
 * and then what they tell of, so that nothing is written twice, and a drive need not seek for it. Entries have the slot's
 * nonce, which nobody could know when older data was written there. Control lane only.
 */
final class KeptJournal implements LogWrite {
    private static final int BATCH_BYTES = 512 * 1024;
    private static final int BATCH_SLOTS_MIN = 4;
    private static final int NONE = -1;

    private final LogLayout layout;
    private final long set;
    private final int group;
    private final int slotsMax;
    private final KeptEntry entry = new KeptEntry();
    private final LogSlot header = new LogSlot();
    private final Crc32c crc = new Crc32c();
    private ByteBuf buffer;
    private boolean open;
    /** Of the first slot of the batch; it may still be under way after that was closed. */
    private long first;

    private int slots;
    private long salt;
    /** The block of the last slot where the batch has its entries. */
    private int entries = NONE;
    /** The block of the last slot where the next one goes. */
    private int end;
    /** The block, counted from the first slot's start, where the batch begins. */
    private int begun;

    private int writeFrom;
    private long columns;
    private boolean durable;
    /** Whether the last slot's header is on stable media. */
    private boolean durableHeader;

    KeptJournal(final LogLayout layout, final long set, final int group) {
        this.layout = layout;
        this.set = set;
        this.group = group;
        slotsMax = Math.max(BATCH_SLOTS_MIN, BATCH_BYTES / layout.slotBytes());
    }

    /** Begins a batch; none is under way. */
    void beginBatch() {
        if (slots > 1) {
            buffer.setBytes(0, buffer, (slots - 1) * layout.slotBytes(), layout.slotBytes());
            first += slots - 1;
            slots = 1;
        }
        begun = end;
        durable = false;
    }

    /**
     * Begins anew with a slot, as the first of a batch.
     *
     * @param ofSalt a number that nobody could know before
     */
    void open(final long sequence, final long ofSalt) {
        if (buffer == null) {
            buffer = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(slotsMax * layout.slotBytes()));
        }
        open = true;
        first = sequence;
        slots = 0;
        salt = ofSalt;
        begun = 0;
        columns = 0;
        durableHeader = false;
        beginSlot();
    }

    private void beginSlot() {
        header.wrap(buffer, slots * layout.slotBytes()).begin(set, group, first + slots);
        header.keeps(nonce(first + slots));
        header.end(0, crc);
        slots++;
        entries = 0;
        end = 1;
    }

    private void beginEntries() {
        buffer.setZero((slots - 1) * layout.slotBytes() + end * LogLayout.BLOCK_BYTES, LogLayout.BLOCK_BYTES);
        entries = end;
        end++;
    }

    private long nonce(final long sequence) {
        return (sequence ^ salt) | 1;
    }

    /** Nothing is added any more. */
    void close() {
        open = false;
    }

    /** That of the last slot that was begun. */
    long sequence() {
        return first + slots - 1;
    }

    /** Blocks that there is room for in the slot that is open, beside their entries. */
    int room() {
        return open ? Math.max(0, layout.slotBlocks() - end - (entries == NONE ? 1 : 0)) : 0;
    }

    /** Further slots that so many blocks need. */
    int slotsFor(final int count) {
        return Math.max(0, count - room() + layout.contentBlocks() - 1) / layout.contentBlocks();
    }

    /** Whether so many slots from a number on may follow those of the batch. */
    boolean goesOn(final long next, final int more) {
        return open
                && next == first + slots
                && slots + more <= slotsMax
                && layout.slot(first) + slots + more <= layout.slots();
    }

    /** Takes in an entry, for which there is room, or may be that of the slots that follow. */
    void add(final LogEntry write) {
        beginIfNeeded();
        write.loggedAt(sequence(), end);
        for (int element = write.write().content().first();
                element < write.write().content().end();
                element++) {
            for (int done = 0; done < write.length(); done += LogLayout.BLOCK_BYTES) {
                beginIfNeeded();
                entry.wrap(buffer, (slots - 1) * layout.slotBytes(), entries, end);
                write.copyContent(element, done, LogLayout.BLOCK_BYTES, buffer, entry.content());
                entry.write(nonce(sequence()), write.stripe(), element, write.from() + done);
                end++;
            }
        }
        durable |= write.isDurable();
    }

    private void beginIfNeeded() {
        if (room() == 0) {
            if (entries == NONE) {
                begun = layout.slotBlocks();
            }
            beginSlot();
        } else if (entries == NONE) {
            beginEntries();
        }
    }

    /** What is added from now on is of another batch. */
    void endBatch(final boolean written) {
        entries = NONE;
        durableHeader = written && (durable || (durableHeader && slots == 1));
    }

    @Override
    public void chosen(final long chosen) {
        final boolean again = chosen != columns;
        columns = chosen;
        durableHeader &= !again;
        // What is on stable media is worth nothing without the slot's header.
        writeFrom = again || (durable && !durableHeader) ? 0 : begun * LogLayout.BLOCK_BYTES;
    }

    @Override
    public long inChunklet() {
        return layout.slotOffset(layout.slot(first)) + writeFrom;
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
        return (slots - 1) * layout.slotBytes() + end * LogLayout.BLOCK_BYTES - writeFrom;
    }

    @Override
    public boolean isDurable() {
        return durable;
    }
}
