package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.isobar.api.block.IoStatus;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.kernel.Crc32c;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt to put everything in place that the log of a set holds: data and redundancy as they were logged, in order,
 * on all columns in sync. Only then a checkpoint says that the log is empty; so an attempt that is cut short is made again.
 * The set does not serve meanwhile. Control lane only.
 */
final class LogReplay {
    /** How an attempt ended. */
    enum Outcome {
        /** Everything is in place. */
        DONE,
        /** The columns have changed. */
        AGAIN,
        /** The log cannot be read on enough columns. */
        LATER
    }

    private static final Logger LOG = LoggerFactory.getLogger(LogReplay.class);

    private final AssembledSet set;
    private final GroupLog[] groups;
    private final LogLayout layout;
    private final Columns begun;
    private final LogSlot slot = new LogSlot();
    private final Crc32c crc = new Crc32c();

    LogReplay(final AssembledSet set, final GroupLog[] groups) {
        this.set = set;
        this.groups = groups;
        layout = set.layout().log();
        begun = set.columns();
    }

    CompletableFuture<Outcome> run() {
        CompletableFuture<Outcome> all = CompletableFuture.completedFuture(Outcome.DONE);
        final List<Found> found = new ArrayList<>();
        for (final GroupLog group : groups) {
            final Found one = new Found(group);
            found.add(one);
            all = all.thenCompose(outcome -> outcome == Outcome.DONE ? one.scan() : end(outcome))
                    .thenCompose(outcome -> outcome == Outcome.DONE ? one.replay() : end(outcome));
        }
        return all.thenCompose(outcome -> outcome == Outcome.DONE ? flush() : end(outcome))
                .thenCompose(outcome -> outcome == Outcome.DONE ? checkpoint(found) : end(outcome));
    }

    private static CompletableFuture<Outcome> end(final Outcome outcome) {
        return CompletableFuture.completedFuture(outcome);
    }

    /** What was written must be on stable media on every column. */
    private CompletableFuture<Outcome> flush() {
        final List<CompletableFuture<Long>> ends = new ArrayList<>();
        for (int column = 0; column < begun.count(); column++) {
            if (begun.canRead(column)) {
                ends.add(flush(column));
            }
        }
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).thenApply(all -> {
            long lost = 0;
            for (final CompletableFuture<Long> end : ends) {
                lost |= end.join();
            }
            return judge(lost);
        });
    }

    private CompletableFuture<Long> flush(final int column) {
        final long covered = set.written(column);
        return ControlIo.flush(set.control(), begun.device(column)).thenApply(status -> {
            if (status == IoStatus.OK) {
                set.flushedUpTo(column, covered);
                return 0L;
            }
            set.flushFailed(begun.device(column));
            return 1L << column;
        });
    }

    private CompletableFuture<Outcome> checkpoint(final List<Found> found) {
        CompletableFuture<Outcome> all = CompletableFuture.completedFuture(Outcome.DONE);
        for (final Found one : found) {
            all = all.thenCompose(outcome -> {
                if (outcome != Outcome.DONE) {
                    return end(outcome);
                }
                final long next = Math.max(one.group.next(), one.tail + 2L * layout.slots());
                one.group.restart(next, one.checkpoints);
                return one.group.putCheckpoint(begun, next).thenApply(this::judge);
            });
        }
        return all;
    }

    /** Gives up columns that were not written. */
    private Outcome judge(final long lost) {
        if (lost != 0) {
            set.keeper().settleFailed(lost, begun, verdict -> {});
            return Outcome.AGAIN;
        }
        return unchanged() ? Outcome.DONE : Outcome.AGAIN;
    }

    private boolean unchanged() {
        final Columns now = set.columns();
        for (int column = 0; column < begun.count(); column++) {
            if (begun.canRead(column) && now.incarnation(column) != begun.incarnation(column)) {
                return false;
            }
        }
        return now.readable() == begun.readable();
    }

    /** What the log of one group holds. */
    private final class Found {
        private final GroupLog group;
        /** By sequence number, the columns that seem to have it. */
        private final TreeMap<Long, List<Integer>> slots = new TreeMap<>();

        private long tail;
        private long checkpoints;
        private int unreadable;
        private int replayed;

        Found(final GroupLog group) {
            this.group = group;
        }

        private CompletableFuture<Outcome> scan() {
            final long mask = group.columnMask() & begun.readable();
            unreadable = Long.bitCount(group.columnMask() & ~begun.readable());
            CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
            for (final boolean headers : new boolean[] {false, true}) {
                for (long left = mask; left != 0; left &= left - 1) {
                    final int column = Long.numberOfTrailingZeros(left);
                    all = all.thenCompose(before -> headers ? headers(column, 0) : checkpoints(column));
                }
            }
            return all.thenApply(scanned -> {
                if (!unchanged()) {
                    return Outcome.AGAIN;
                }
                if (unreadable > 1) {
                    LOG.warn("raid.log-unreadable set={} group={}", set.id(), group.group());
                    return Outcome.LATER;
                }
                return Outcome.DONE;
            });
        }

        private CompletableFuture<Void> checkpoints(final int column) {
            final int length = 2 * LogLayout.BLOCK_BYTES;
            final ByteBuf blocks = Buffers.allocate(length);
            return read(column, layout.checkpointOffset(0), length, blocks).thenAccept(status -> {
                if (status == IoStatus.OK) {
                    take(blocks, 0, column);
                    take(blocks, LogLayout.BLOCK_BYTES, column);
                } else {
                    unreadable++;
                }
                blocks.release();
            });
        }

        private void take(final ByteBuf blocks, final int at, final int column) {
            final ByteBuf block = blocks.slice(at, LogLayout.BLOCK_BYTES);
            final LogCheckpoint one = LogCheckpoint.of(block, set.id(), group.group(), column);
            if (one != null) {
                tail = Math.max(tail, one.tail());
                checkpoints = Math.max(checkpoints, one.count());
            }
        }

        private CompletableFuture<Void> headers(final int column, final int number) {
            if (number == layout.slots()) {
                return CompletableFuture.completedFuture(null);
            }
            final ByteBuf header = Buffers.allocate(LogSlot.HEADER_BYTES);
            return read(column, layout.slotOffset(number), LogSlot.HEADER_BYTES, header)
                    .thenCompose(status -> {
                        final boolean there = status == IoStatus.OK;
                        if (there) {
                            slot.wrap(header, 0);
                            if (slot.announces(set.id(), group.group(), layout.slotBytes()) && counts(number)) {
                                slots.computeIfAbsent(slot.sequence(), sequence -> new ArrayList<>())
                                        .add(column);
                            }
                        } else {
                            unreadable++;
                        }
                        header.release();
                        return there ? headers(column, number + 1) : CompletableFuture.completedFuture(null);
                    });
        }

        private boolean counts(final int number) {
            final long sequence = slot.sequence();
            return sequence >= tail && sequence < tail + layout.slots() && layout.slot(sequence) == number;
        }

        private CompletableFuture<IoStatus> read(
                final int column, final long inChunklet, final int length, final ByteBuf into) {
            final long at = begun.chunkletOffset(column) + inChunklet;
            return ControlIo.read(set.control(), begun.device(column), at, length, into);
        }

        private CompletableFuture<Outcome> replay() {
            CompletableFuture<Outcome> all = CompletableFuture.completedFuture(Outcome.DONE);
            for (final var entry : slots.entrySet()) {
                all = all.thenCompose(outcome ->
                        outcome == Outcome.DONE ? replay(entry.getKey(), entry.getValue(), 0) : end(outcome));
            }
            return all.thenApply(outcome -> {
                if (outcome == Outcome.DONE && replayed > 0) {
                    LOG.info("raid.log-replayed set={} group={} slots={}", set.id(), group.group(), replayed);
                    set.log().replayed(replayed);
                }
                return outcome;
            });
        }

        /** Writes a slot's pieces, from the first column that has it whole. */
        private CompletableFuture<Outcome> replay(final long sequence, final List<Integer> columns, final int choice) {
            if (choice == columns.size()) {
                // It was being logged: nothing was written in place.
                return end(Outcome.DONE);
            }
            final ByteBuf content = Buffers.allocate(layout.slotBytes());
            return read(columns.get(choice), layout.slotOffset(layout.slot(sequence)), layout.slotBytes(), content)
                    .thenCompose(status -> {
                        slot.wrap(content, 0);
                        if (status == IoStatus.OK && slot.sequence() == sequence && slot.whole(crc)) {
                            replayed++;
                            return write(content);
                        }
                        return replay(sequence, columns, choice + 1);
                    })
                    .whenComplete((outcome, failure) -> content.release());
        }

        private CompletableFuture<Outcome> write(final ByteBuf content) {
            slot.wrap(content, 0);
            final List<CompletableFuture<Long>> ends = new ArrayList<>();
            int at = LogSlot.HEADER_BYTES;
            for (int piece = 0; piece < slot.pieces(); piece++) {
                final LaneWork work = set.controlWork();
                ends.add(new ReplayWrite(work, set, group.group(), slot, piece, content, at).start());
                final int count = Long.bitCount(slot.elements(piece) & ~slot.zeros(piece));
                at += count * (slot.to(piece) - slot.from(piece));
            }
            return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                    .thenApply(all -> judge(
                            ends.stream().mapToLong(CompletableFuture::join).reduce(0, (a, b) -> a | b)));
        }
    }
}
