package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.kernel.Crc32c;

/** Writes that go to the log of a group together, in neighbouring slots, and their disk form. Control lane only. */
final class LogBatch {
    private final LogLayout layout;
    private final long set;
    private final int group;
    private final ArrayDeque<GroupWrite> writes = new ArrayDeque<>();
    private final LogSlot slot = new LogSlot();
    private final Crc32c crc = new Crc32c();
    private ByteBuf buffer;
    private long first;
    private int slotsMax;
    private int slots;
    private int contentBytes;

    LogBatch(final LogLayout layout, final long set, final int group) {
        this.layout = layout;
        this.set = set;
        this.group = group;
    }

    /** Begins with a sequence number; the batch gets so many slots at most. */
    void begin(final long sequence, final int slotCount) {
        first = sequence;
        slotsMax = slotCount;
        slots = 0;
        buffer = Buffers.allocate(slotCount * layout.slotBytes());
    }

    /** Takes a write in, or answers false when there is no room for it. */
    boolean add(final GroupWrite write) {
        final int count = Long.bitCount(write.loggedElements() & ~write.zeroElements());
        final int needed = count == 0 ? 1 : layout.slotsFor(count, write.length());
        if (slots + needed > slotsMax) {
            return false;
        }
        int done = 0;
        while (done < write.length()) {
            final int taken = addRows(write, done, count);
            if (taken > 0 && done == 0) {
                write.loggedAt(first + slots - 1);
            }
            done += taken;
        }
        writes.addLast(write);
        return true;
    }

    /** Puts as many bytes of each element as there is room for into the present slot, or begins a new one. */
    private int addRows(final GroupWrite write, final int done, final int count) {
        final int room = layout.slotBytes() - LogSlot.HEADER_BYTES - contentBytes;
        final int rows = count == 0 ? write.length() : room / LogLayout.BLOCK_BYTES / count * LogLayout.BLOCK_BYTES;
        if (slots == 0 || rows == 0 || slot.pieces() == LogSlot.PIECES_MAX) {
            endSlot();
            slot.wrap(buffer, slots * layout.slotBytes()).begin(set, group, first + slots);
            slots++;
            contentBytes = 0;
            return 0;
        }
        final int length = Math.min(rows, write.length() - done);
        final int from = write.from() + done;
        final long elements = write.loggedElements();
        final long zeros = write.zeroElements() & elements;
        slot.add(write.stripe(), from, from + length, elements, zeros);
        for (long left = elements & ~zeros; left != 0; left &= left - 1) {
            final int element = Long.numberOfTrailingZeros(left);
            final int at = (slots - 1) * layout.slotBytes() + LogSlot.HEADER_BYTES + contentBytes;
            write.copyLogged(element, done, length, buffer, at);
            contentBytes += length;
        }
        return length;
    }

    private void endSlot() {
        if (slots > 0) {
            slot.end(contentBytes, crc);
        }
    }

    /** No more writes come. */
    void end() {
        endSlot();
    }

    ByteBuf buffer() {
        return buffer;
    }

    long first() {
        return first;
    }

    int slots() {
        return slots;
    }

    /** Bytes to be written, from the first slot on. */
    int lengthBytes() {
        return (slots - 1) * layout.slotBytes() + LogSlot.HEADER_BYTES + contentBytes;
    }

    /** The next of the writes, or null. */
    GroupWrite poll() {
        return writes.pollFirst();
    }

    void release() {
        buffer.release();
        buffer = null;
    }
}
