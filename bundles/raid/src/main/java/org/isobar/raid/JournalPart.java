package org.isobar.raid;

import io.netty.buffer.ByteBuf;

/**
 * What one batch adds to the slot of a {@link LogJournal}. Several may be on their way to the same slot, each in blocks of its
 * own; one that cannot rely on the slot's header being there writes all of the slot up to its end, and in that what others write
 * as well, byte for byte the same. Control lane only.
 */
final class JournalPart implements LogWrite {
    private LogJournal journal;
    private int from;
    private int to;
    private boolean durable;
    private long columns;
    private int writeFrom;

    /** Goes on with a slot from a byte on. */
    void begin(final LogJournal slot, final int at) {
        journal = slot;
        from = at;
        to = at;
        durable = false;
        columns = 0;
    }

    /** It has all up to a byte of the slot. */
    void end(final int at) {
        to = at;
    }

    /** It must be on stable media before its writes go on. */
    void mustBeDurable() {
        durable = true;
    }

    long columns() {
        return columns;
    }

    /** Whether the slot's header is part of it. */
    boolean hasHeader() {
        return writeFrom == 0;
    }

    @Override
    public void chosen(final long chosen) {
        columns = chosen;
        writeFrom = journal.hasHeader(chosen, durable) ? from & -LogLayout.BLOCK_BYTES : 0;
    }

    @Override
    public long inChunklet() {
        return journal.inChunklet() + writeFrom;
    }

    @Override
    public ByteBuf buffer() {
        return journal.buffer();
    }

    @Override
    public int index() {
        return writeFrom;
    }

    @Override
    public int lengthBytes() {
        return LogJournal.nextBlock(to) - writeFrom;
    }

    @Override
    public boolean isDurable() {
        return durable;
    }
}
