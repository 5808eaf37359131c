package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.isobar.api.block.IoStatus;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.kernel.Crc32c;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the log of one group holds, found and put in place by a {@link LogReplay}. Control lane only. */
final class GroupReplay {
    private static final Logger LOG = LoggerFactory.getLogger(GroupReplay.class);
    /** Stripes that are looked at side by side. */
    private static final int CHECKS = 8;

    private final AssembledSet set;
    private final GroupLog group;
    private final LogReplay replay;
    private final LogLayout layout;
    private final Columns begun;
    private final LogSlot slot = new LogSlot();
    private final Crc32c crc = new Crc32c();
    /** By sequence number, the columns that seem to have it. */
    private final TreeMap<Long, List<Integer>> slots = new TreeMap<>();
    /** By stripe, what rows may hold of stripes that went past the log, or might have. */
    private final Map<Long, PassedRows> passed = new HashMap<>();
    /** By stripe, the partial parity of those that were written in part. */
    private final Map<Long, PartialRows> partials = new HashMap<>();

    private final ReplayedBlocks data = new ReplayedBlocks();
    private final PlacedRows placedRows = new PlacedRows();

    /** Stripes that the log has content of: these were announced only, and did not go past the log. */
    private final Set<Long> placed = new HashSet<>();

    private final LogTail tail;
    private int unreadable;
    /** Whether a release wrote the log whose slots this one does not know. */
    private boolean earlier;

    private int replayed;

    GroupReplay(final AssembledSet set, final GroupLog group, final LogReplay replay, final Columns begun) {
        this.set = set;
        this.group = group;
        this.replay = replay;
        this.begun = begun;
        layout = set.layout().log();
        tail = new LogTail(set, group, begun);
    }

    /** Finds the slots that count. */
    CompletableFuture<LogReplay.Outcome> scan() {
        CompletableFuture<Void> all = tail.read().thenAccept(columns -> unreadable = columns);
        for (long left = group.columnMask() & begun.readable(); left != 0; left &= left - 1) {
            final int column = Long.numberOfTrailingZeros(left);
            all = all.thenCompose(before -> headers(column, 0));
        }
        return all.thenApply(scanned -> {
            if (!replay.unchanged()) {
                return LogReplay.Outcome.AGAIN;
            }
            if (earlier) {
                if (group.fails()) {
                    LOG.error(
                            "raid.log-of-earlier-release set={} group={} todo=start-and-stop-the-earlier-release-once",
                            set.id(),
                            group.group());
                }
                return LogReplay.Outcome.LATER;
            }
            if (unreadable > GroupLog.UNREADABLE_MAX) {
                if (group.fails()) {
                    LOG.warn("raid.log-unreadable set={} group={}", set.id(), group.group());
                }
                return LogReplay.Outcome.LATER;
            }
            return LogReplay.Outcome.DONE;
        });
    }

    private CompletableFuture<Void> headers(final int column, final int number) {
        if (number == layout.slots()) {
            return CompletableFuture.completedFuture(null);
        }
        final ByteBuf header = Buffers.allocate(LogSlot.HEADER_BYTES);
        return read(column, layout.slotOffset(number), LogSlot.HEADER_BYTES, header)
                .thenCompose(status -> {
                    final boolean there = status == IoStatus.OK;
                    boolean old = false;
                    if (there) {
                        slot.wrap(header, 0);
                        if (slot.announces(set.id(), group.group(), layout.slotBytes()) && counts(number)) {
                            slots.computeIfAbsent(slot.sequence(), sequence -> new ArrayList<>())
                                    .add(column);
                        }
                        old = slot.isOfEarlierForm(set.id(), group.group(), layout.slotBytes()) && counts(number);
                    } else {
                        unreadable++;
                    }
                    header.release();
                    if (!there) {
                        return CompletableFuture.completedFuture(null);
                    }
                    final CompletableFuture<Void> looked =
                            old ? lookAtEarlier(column, number) : CompletableFuture.completedFuture(null);
                    return looked.thenCompose(seen -> headers(column, number + 1));
                });
    }

    /** One whose version byte has rotted is none. */
    private CompletableFuture<Void> lookAtEarlier(final int column, final int number) {
        final ByteBuf content = Buffers.allocate(layout.slotBytes());
        return read(column, layout.slotOffset(number), layout.slotBytes(), content)
                .thenAccept(status -> {
                    slot.wrap(content, 0);
                    earlier |= status == IoStatus.OK
                            && slot.isOfEarlierForm(set.id(), group.group(), layout.slotBytes())
                            && slot.whole(crc);
                    content.release();
                });
    }

    private boolean counts(final int number) {
        final long sequence = slot.sequence();
        return sequence >= tail.sequence()
                && sequence < tail.sequence() + layout.slots()
                && layout.slot(sequence) == number;
    }

    private CompletableFuture<IoStatus> read(
            final int column, final long inChunklet, final int length, final ByteBuf into) {
        final long at = begun.chunkletOffset(column) + inChunklet;
        return ControlIo.read(set.control(), begun.device(column), at, length, into);
    }

    /** Puts in place what was logged, in order, then looks at what went past the log. */
    CompletableFuture<LogReplay.Outcome> replay() {
        CompletableFuture<LogReplay.Outcome> all = lookForPlaced();
        for (final var entry : slots.entrySet()) {
            all = all.thenCompose(outcome ->
                    outcome == LogReplay.Outcome.DONE ? replay(entry.getKey(), entry.getValue(), 0) : end(outcome));
        }
        return all.thenCompose(outcome -> outcome == LogReplay.Outcome.DONE ? check() : end(outcome))
                .thenApply(outcome -> {
                    if (outcome == LogReplay.Outcome.DONE && replayed > 0) {
                        LOG.info("raid.log-replayed set={} group={} slots={}", set.id(), group.group(), replayed);
                        set.log().replayed(replayed);
                    }
                    return outcome;
                });
    }

    /** What is newer than what the log has must be known before anything is written. */
    private CompletableFuture<LogReplay.Outcome> lookForPlaced() {
        CompletableFuture<LogReplay.Outcome> all = end(LogReplay.Outcome.DONE);
        for (final var entry : slots.entrySet()) {
            for (final int column : entry.getValue()) {
                all = all.thenCompose(outcome -> lookForPlaced(entry.getKey(), column));
            }
        }
        return all;
    }

    private CompletableFuture<LogReplay.Outcome> lookForPlaced(final long sequence, final int column) {
        final ByteBuf content = Buffers.allocate(layout.slotBytes());
        return read(column, layout.slotOffset(layout.slot(sequence)), layout.slotBytes(), content)
                .thenApply(status -> {
                    slot.wrap(content, 0);
                    if (status == IoStatus.OK && slot.sequence() == sequence && slot.whole(crc)) {
                        placedRows.look(slot, tail.sequence());
                    }
                    content.release();
                    return LogReplay.Outcome.DONE;
                });
    }

    private static CompletableFuture<LogReplay.Outcome> end(final LogReplay.Outcome outcome) {
        return CompletableFuture.completedFuture(outcome);
    }

    /** Writes a slot's pieces, from the first column that has it whole. */
    private CompletableFuture<LogReplay.Outcome> replay(
            final long sequence, final List<Integer> columns, final int choice) {
        if (choice == columns.size()) {
            // It was being logged: nothing was written in place. Or it is a journal's, and all copies were looked at.
            data.slotEnds(group, sequence);
            return end(LogReplay.Outcome.DONE);
        }
        final ByteBuf content = Buffers.allocate(layout.slotBytes());
        return read(columns.get(choice), layout.slotOffset(layout.slot(sequence)), layout.slotBytes(), content)
                .thenCompose(status -> {
                    slot.wrap(content, 0);
                    final boolean there = status == IoStatus.OK && slot.sequence() == sequence && slot.whole(crc);
                    if (there && slot.nonce() == 0) {
                        replayed++;
                        return write(content);
                    }
                    if (there) {
                        replayed += choice == 0 ? 1 : 0;
                        collect(content);
                    }
                    return replay(sequence, columns, choice + 1);
                })
                .whenComplete((outcome, failure) -> content.release());
    }

    private CompletableFuture<LogReplay.Outcome> write(final ByteBuf content) {
        final List<CompletableFuture<Long>> ends = new ArrayList<>();
        int at = LogSlot.HEADER_BYTES;
        for (int piece = 0; piece < slot.pieces(); piece++) {
            if (slot.isPartial(piece)) {
                partials.computeIfAbsent(slot.stripe(piece), stripe -> new PartialRows())
                        .add(slot, piece, content, LogSlot.HEADER_BYTES, at);
                at += slot.contentBytes(piece);
                continue;
            }
            group.kept().foundPlaced(slot, piece);
            placed.add(slot.stripe(piece));
            if (!slot.redundancyOnly(piece)) {
                write(ends, piece, slot.elements(piece), content, at);
            } else if (data.has(group, slot, piece)) {
                final ByteBuf whole = data.with(group, slot, piece, content, at);
                write(ends, piece, slot.covered(piece) | slot.elements(piece), whole, 0);
                whole.release();
            }
            at += slot.contentBytes(piece);
        }
        return all(ends);
    }

    /** Writes the rows of a piece that are not in their place in a newer version. */
    private void write(
            final List<CompletableFuture<Long>> ends,
            final int piece,
            final long elements,
            final ByteBuf content,
            final int index) {
        final long stripe = slot.stripe(piece);
        final int length = slot.to(piece) - slot.from(piece);
        final int contents = Long.bitCount(elements & ~slot.zeros(piece));
        for (int done = 0; done < length; done += LogLayout.BLOCK_BYTES) {
            final int from = slot.from(piece) + done;
            if (placedRows.has(stripe, from, slot.sequence())) {
                continue;
            }
            final ByteBuf row = Buffers.allocate(Math.max(1, contents) * LogLayout.BLOCK_BYTES);
            for (int i = 0; i < contents; i++) {
                row.setBytes(i * LogLayout.BLOCK_BYTES, content, index + i * length + done, LogLayout.BLOCK_BYTES);
            }
            final int to = from + LogLayout.BLOCK_BYTES;
            final ReplayWrite one = new ReplayWrite(
                    set.controlWork(), set, group.group(), stripe, from, to, elements, slot.zeros(piece), row, 0);
            ends.add(one.start().whenComplete((lost, failure) -> row.release()));
        }
    }

    /** Takes in the entries of a slot of a journal, from one of the columns that have it; others may have more of them. */
    private void collect(final ByteBuf content) {
        if (slot.keeps()) {
            data.collect(slot, content, layout);
        } else {
            collectRows(content);
        }
    }

    private void collectRows(final ByteBuf content) {
        final RowEntry entry = new RowEntry(layout.entryBytes());
        for (int at = LogSlot.HEADER_BYTES; at < layout.slotBytes(); at += layout.entryBytes()) {
            if (entry.wrap(content, at).isOf(slot.nonce())) {
                passed.computeIfAbsent(
                                entry.stripe(),
                                stripe -> new PassedRows(set.layout().dataStrips()))
                        .add(entry);
            }
        }
    }

    private CompletableFuture<LogReplay.Outcome> all(final List<CompletableFuture<Long>> ends) {
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                .thenApply(ended -> replay.judge(
                        ends.stream().mapToLong(CompletableFuture::join).reduce(0, (a, b) -> a | b)));
    }

    /** A few stripes at a time. */
    private CompletableFuture<LogReplay.Outcome> check() {
        passed.keySet().removeAll(placed);
        final Map<Long, RowWitness> witnesses = new HashMap<>(passed);
        witnesses.putAll(partials);
        final List<Long> stripes = new ArrayList<>(witnesses.keySet());
        stripes.sort(null);
        CompletableFuture<LogReplay.Outcome> all = end(LogReplay.Outcome.DONE);
        for (int first = 0; first < stripes.size(); first += CHECKS) {
            final List<Long> some = stripes.subList(first, Math.min(stripes.size(), first + CHECKS));
            all = all.thenCompose(outcome -> outcome == LogReplay.Outcome.DONE ? check(some, witnesses) : end(outcome));
        }
        return all;
    }

    private CompletableFuture<LogReplay.Outcome> check(
            final List<Long> stripes, final Map<Long, RowWitness> witnesses) {
        final List<CompletableFuture<Long>> ends = new ArrayList<>();
        for (final long stripe : stripes) {
            final RowWitness known = witnesses.get(stripe);
            ends.add(new ReplayCheck(set.controlWork(), set, group.group(), stripe, known.from(), known.to(), known)
                    .start());
        }
        return all(ends);
    }

    /** Everything is in place but what was kept: the log is empty from here on, or goes on if it keeps something. */
    CompletableFuture<LogReplay.Outcome> checkpoint() {
        final long end = Math.max(group.next(), slots.isEmpty() ? tail.sequence() : slots.lastKey() + 1);
        if (group.kept().count() > 0) {
            return goOn(end);
        }
        final long next = Math.max(group.next(), tail.sequence() + 2L * layout.slots());
        group.restart(next, tail.count());
        return group.checkpoints().put(begun, next).thenApply(replay::judge);
    }

    private CompletableFuture<LogReplay.Outcome> goOn(final long end) {
        final long first = end + 2L * layout.slots();
        final KeptRelog kept = new KeptRelog(set, group, begun, first);
        return kept.run().thenCompose(failed -> {
            final LogReplay.Outcome outcome = replay.judge(failed);
            if (outcome != LogReplay.Outcome.DONE) {
                return end(outcome);
            }
            group.resume(first, first + kept.slots(), tail.count());
            return group.checkpoints().put(begun, first).thenApply(replay::judge);
        });
    }
}
