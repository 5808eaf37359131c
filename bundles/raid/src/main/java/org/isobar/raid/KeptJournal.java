package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import org.isobar.common.kernel.Crc32c;

/**
 * The slot of a group's log that fills bit by bit with blocks that are kept, whichever batches they come in, and the ones
 * after it that the present batch takes as well. A batch writes the slot it begins in anew from its start: what was in it before
 * stays the same byte for byte, so that it does no harm if that write is torn. Each block has a {@link KeptEntry} with the
 * slot's nonce, which nobody could know when older data was written there. Control lane only.
 */
final class KeptJournal implements LogWrite {
    private static final int BATCH_BYTES = 512 * 1024;
    private static final int BATCH_SLOTS_MIN = 4;

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
    /** Blocks in the last slot. */
    private int blocks;

    private boolean durable;

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
        beginSlot();
    }

    private void beginSlot() {
        header.wrap(buffer, slots * layout.slotBytes()).begin(set, group, first + slots);
        header.keeps(nonce(first + slots));
        header.end(0, crc);
        slots++;
        blocks = 0;
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

    /** Blocks that there is room for in the slot that is open. */
    int room() {
        return open ? layout.keptBlocks() - blocks : 0;
    }

    /** Further slots that so many blocks need. */
    int slotsFor(final int count) {
        return Math.max(0, count - room() + layout.keptBlocks() - 1) / layout.keptBlocks();
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
        if (room() == 0) {
            beginSlot();
        }
        write.loggedAt(sequence(), blocks);
        for (int element = write.write().content().first();
                element < write.write().content().end();
                element++) {
            for (int done = 0; done < write.length(); done += LogLayout.BLOCK_BYTES) {
                if (room() == 0) {
                    beginSlot();
                }
                entry.wrap(buffer, (slots - 1) * layout.slotBytes(), blocks);
                write.copyContent(element, done, LogLayout.BLOCK_BYTES, buffer, entry.content());
                entry.write(nonce(sequence()), write.stripe(), element, write.from() + done);
                blocks++;
            }
        }
        durable |= write.isDurable();
    }

    @Override
    public void chosen(final long columns) {
        // It goes wherever it is asked for, from the start of the first slot on.
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

    @Override
    public int lengthBytes() {
        return (slots - 1) * layout.slotBytes() + LogSlot.HEADER_BYTES + blocks * LogLayout.BLOCK_BYTES;
    }

    @Override
    public boolean isDurable() {
        return durable;
    }
}
