package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.isobar.api.raid.RaidSetSpec;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.kernel.Crc32c;
import org.isobar.spi.raid.LogInspector;

/**
 * Looks at the slots that count in a group's log, in order, as a {@link GroupReplay} does: which copies are whole, whether
 * they are alike, and whether what later slots rely on is there.
 */
final class SlotInspection {
    private final long set;
    private final LogLayout layout;
    private final int group;
    private final long mask;
    private final boolean written;
    private final LogInspector.Media media;
    private final LogInspector.Findings findings;
    private final LogSlot slot = new LogSlot();
    private final Crc32c crc = new Crc32c();
    /** By sequence number, the columns that seem to have it. */
    private final TreeMap<Long, List<Integer>> slots = new TreeMap<>();

    private final SlotOrder order;
    private final InspectedBlocks blocks;
    private long tail;
    /** Columns that do not tell, or not all. */
    private long silent;

    SlotInspection(
            final RaidSetSpec spec,
            final SetLayout layout,
            final int group,
            final boolean written,
            final LogInspector.Media media,
            final LogInspector.Findings findings) {
        set = spec.id();
        this.layout = layout.log();
        this.group = group;
        mask = layout.columnMask(0, group);
        this.written = written;
        this.media = media;
        this.findings = findings;
        order = new SlotOrder(this.layout);
        blocks = new InspectedBlocks();
    }

    /**
     * Looks at all of them.
     *
     * @param from slots with a smaller number do not count
     */
    void run(final long from) {
        tail = from;
        for (long left = mask; left != 0; left &= left - 1) {
            final int column = Long.numberOfTrailingZeros(left);
            if (media.has(column)) {
                scan(column);
            } else {
                silent |= 1L << column;
            }
        }
        if (!slots.isEmpty() && !written) {
            findings.damage(
                    LogInspection.where(group),
                    "slots of the write log count, but the write intent says that it is empty: slots=" + slots.size());
        }
        for (final Map.Entry<Long, List<Integer>> one : slots.entrySet()) {
            look(one.getKey(), one.getValue());
        }
        report();
    }

    private void scan(final int column) {
        final ByteBuf header = Buffers.allocate(LogSlot.HEADER_BYTES);
        try {
            for (int number = 0; number < layout.slots(); number++) {
                media.read(column, layout.slotOffset(number), LogSlot.HEADER_BYTES, header);
                slot.wrap(header, 0);
                if (!slot.isOf(set, group) || !counts(number)) {
                    continue;
                }
                if (slot.announces(set, group, layout.slotBytes())) {
                    slots.computeIfAbsent(slot.sequence(), sequence -> new ArrayList<>())
                            .add(column);
                } else if (slot.isOfLaterForm()) {
                    name(column, number, "is of a form that is not known here: version=" + slot.version());
                } else if (slot.isOfEarlierForm(set, group, layout.slotBytes())) {
                    nameEarlier(column, number, slot.version());
                } else {
                    name(column, number, "has a header that cannot be");
                }
            }
        } catch (final IOException unreadable) {
            silent |= 1L << column;
            findings.damage(LogInspection.where(group, column), "write log cannot be read: " + unreadable.getMessage());
        } finally {
            header.release();
        }
    }

    private boolean counts(final int number) {
        final long sequence = slot.sequence();
        return sequence >= tail && sequence < tail + layout.slots() && layout.slot(sequence) == number;
    }

    private void name(final int column, final int number, final String what) {
        findings.damage(LogInspection.where(group, column), "slot of the write log " + what + " slot=" + number);
    }

    private void nameEarlier(final int column, final int number, final int version) throws IOException {
        final ByteBuf content = Buffers.allocate(layout.slotBytes());
        try {
            media.read(column, layout.slotOffset(number), layout.slotBytes(), content);
            name(
                    column,
                    number,
                    slot.wrap(content, 0).whole(crc)
                            ? "is of an earlier release's form, the set stays offline until that has stopped once more:"
                                    + " version=" + version
                            : "is damaged in its version: version=" + version);
        } finally {
            content.release();
        }
    }

    /** Compares the copies of one slot, and takes in what it has. */
    private void look(final long sequence, final List<Integer> columns) {
        final SlotCopies copies = new SlotCopies(layout, sequence);
        try {
            for (final int column : columns) {
                copies.read(media, column);
            }
            final boolean all = silent == 0 || copies.torn() != 0;
            order.next(copies, all && copies.lacking());
            if (copies.contradict()) {
                findings.damage(
                        place(sequence), "copies of a slot of the write log are whole and differ: columns=" + columns);
            } else if (copies.differ()) {
                order.doubt(sequence);
            }
            if (copies.whole() == 0) {
                return;
            }
            final LogSlot one = copies.slot();
            if (one.nonce() == 0) {
                lookAtPieces(one);
            } else if (one.keeps()) {
                copies.kept(blocks::kept);
            }
        } catch (final IOException unreadable) {
            findings.damage(place(sequence), "slot of the write log cannot be read: " + unreadable.getMessage());
        } finally {
            copies.release();
        }
    }

    private void lookAtPieces(final LogSlot one) {
        for (int piece = 0; piece < one.pieces(); piece++) {
            final boolean relies = one.redundancyOnly(piece) && one.oldestData(piece) >= tail;
            if (relies && Long.bitCount(silent) <= GroupLog.UNREADABLE_MAX && !blocks.has(one, piece)) {
                findings.damage(
                        place(one.sequence()),
                        "data in the write log is gone that redundancy was logged for: stripe=" + one.stripe(piece)
                                + " from=" + one.from(piece) + " to=" + one.to(piece) + " oldestSequence="
                                + one.oldestData(piece));
            }
            if (!one.isPartial(piece)) {
                blocks.placed(one, piece);
            }
        }
    }

    private String place(final long sequence) {
        return LogInspection.where(group) + " sequence=" + sequence + " slot=" + layout.slot(sequence);
    }

    private void report() {
        for (final SlotOrder.Wrong one : order.damaged()) {
            findings.damage(
                    place(one.sequence()),
                    "slot of the write log is damaged, later ones rely on it: torn=" + columns(one.torn()) + " whole="
                            + columns(one.whole()));
        }
        if (order.doubts() > 0) {
            findings.doubt(
                    LogInspection.where(group),
                    "slots of the write log were being written when it stopped, or are damaged: slots=" + order.doubts()
                            + " first=" + order.firstDoubt());
        }
        if (!slots.isEmpty()) {
            findings.note(
                    LogInspection.where(group),
                    "the next start reads what the write log holds: slots=" + slots.size() + " blocksToPlace="
                            + blocks.toPlace());
        }
    }

    private static String columns(final long columns) {
        final StringBuilder names = new StringBuilder();
        for (long left = columns; left != 0; left &= left - 1) {
            names.append(names.length() == 0 ? "" : ",").append(Long.numberOfTrailingZeros(left));
        }
        return names.length() == 0 ? "none" : names.toString();
    }
}
