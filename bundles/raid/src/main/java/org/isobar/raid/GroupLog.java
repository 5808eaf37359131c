package org.isobar.raid;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.device.Device;
import org.isobar.common.buffer.Buffers;
import org.isobar.common.lane.Lane;

/**
 * The write log of one redundancy group of a set: a ring of slots on the columns of that group. Every write of the group,
 * with its new redundancy or (whole stripes) its checksums, is on stable media on two columns before anything is changed
 * in place; so whichever column a group can do without, the log of what was under way is there. Writes that wait while a batch is being written go
 * together in the next one. Control lane only, but for {@link #ended}.
 *
 * <p>Slots are used again when a checkpoint says on all columns in sync that what they hold is on stable media in its
 * place. As long as that is not so, further writes wait here; their number is bounded by that of the lanes' parts.
 */
final class GroupLog implements Runnable, ColumnVerdict {
    private static final int BATCH_SLOTS = 32;
    private static final int REPLICAS = 2;
    private static final long BUSY_RETRY_NS = 1_000_000;
    private static final int BUSY_RETRIES_MAX = 10_000;
    private static final long FLUSH_RETRY_NS = 10_000_000;

    private final AssembledSet set;
    private final SetLog log;
    private final LogLayout layout;
    private final int group;
    private final Lane control;
    private final ArrayDeque<LogEntry> waiting = new ArrayDeque<>();
    private final LogBatch batch;
    private final LoggedStripes stripes = new LoggedStripes();
    private final Replica[] replicas = new Replica[REPLICAS];
    /** Of each slot, the writes that begin in it and have not ended in place. */
    private final AtomicIntegerArray pending;

    private final List<Passing> passings = new ArrayList<>();
    private long next;
    private long tail;
    private long checkpoints;
    private boolean appending;
    private boolean checkpointing;
    private int outstanding;
    private long failed;
    private Columns seen;
    private volatile boolean starved;

    GroupLog(final AssembledSet set, final SetLog log, final LogLayout layout, final int group) {
        this.set = set;
        this.log = log;
        this.layout = layout;
        this.group = group;
        control = set.control();
        batch = new LogBatch(layout, set.id(), group);
        pending = new AtomicIntegerArray(layout.slots());
        for (int i = 0; i < REPLICAS; i++) {
            replicas[i] = new Replica();
        }
    }

    int group() {
        return group;
    }

    /** Columns of the group. */
    long columnMask() {
        return set.layout().columnMask(0, group);
    }

    /** Begins anew: all that was logged before is in its place. */
    void restart(final long sequence, final long checkpointCount) {
        next = sequence;
        tail = sequence;
        stripes.passed(sequence);
        checkpoints = checkpointCount;
    }

    long next() {
        return next;
    }

    /** Slots that hold something that may not be on stable media in its place. */
    int used() {
        return (int) (next - tail);
    }

    /** Whether any write is under way here. */
    boolean busy() {
        return appending || checkpointing || !waiting.isEmpty() || low() != next;
    }

    /** Logs an entry, whose write is then told. */
    void append(final LogEntry entry) {
        if (!log.open()) {
            entry.write().logged(false);
            return;
        }
        waiting.addLast(entry);
        pump();
    }

    /** A write has ended in place. Any lane may call. */
    void ended(final long sequence) {
        if (pending.decrementAndGet(layout.slot(sequence)) == 0 && starved) {
            control.execute(this);
        }
    }

    /** A slot may have become free. */
    @Override
    public void run() {
        pump();
        pass();
    }

    /** The set does not serve: whoever waits is refused. */
    void refuseWaiting() {
        for (LogEntry entry = waiting.pollFirst(); entry != null; entry = waiting.pollFirst()) {
            entry.write().logged(false);
        }
        for (final Passing passing : List.copyOf(passings)) {
            passing.end.complete(false);
        }
        passings.clear();
    }

    private void pump() {
        if (appending || waiting.isEmpty()) {
            return;
        }
        final LogEntry head = waiting.peekFirst();
        if (!stripes.admits(head, tail)) {
            starve();
            return;
        }
        final int needed = head.slots(layout);
        final int toEnd = layout.slots() - layout.slot(next);
        if (needed > toEnd && next + toEnd <= tail + layout.slots()) {
            // A batch does not go round the end.
            next += toEnd;
        }
        final int room = (int) Math.min(tail + layout.slots() - next, layout.slots() - layout.slot(next));
        if (room < needed) {
            starve();
            return;
        }
        appending = true;
        batch.begin(next, Math.min(room, Math.max(needed, BATCH_SLOTS)));
        while (!waiting.isEmpty() && stripes.admits(waiting.peekFirst(), tail) && batch.add(waiting.peekFirst())) {
            final LogEntry entry = waiting.pollFirst();
            stripes.logged(entry);
            pending.incrementAndGet(layout.slot(entry.sequence()));
        }
        batch.seal();
        next += batch.slots();
        writeBatch();
        if (used() > layout.slots() / 2) {
            checkpoint();
        }
    }

    private void starve() {
        starved = true;
        checkpoint();
    }

    /** Writes the batch to two columns of the group. */
    private void writeBatch() {
        seen = set.columns();
        failed = 0;
        outstanding = 1;
        long places = seen.readable() & columnMask();
        if (Long.bitCount(places) < REPLICAS) {
            batchEnded(false);
            return;
        }
        final int turn = (int) ((set.id() + group) % seen.count());
        places = Long.rotateRight(places, turn);
        for (final Replica replica : replicas) {
            outstanding++;
            replica.start((Long.numberOfTrailingZeros(places) + turn) % Long.SIZE);
            places &= places - 1;
        }
        replicaEnded();
    }

    private void replicaEnded() {
        if (--outstanding > 0) {
            return;
        }
        if (failed == 0) {
            batchEnded(true);
        } else {
            set.keeper().settleFailed(failed, seen, this);
        }
    }

    @Override
    public void columnsSettled(final IoStatus verdict) {
        if (verdict == IoStatus.OK) {
            writeBatch();
        } else {
            batchEnded(false);
        }
    }

    private void batchEnded(final boolean durable) {
        if (!durable) {
            // Perhaps it is there all the same: nothing must be written before that was looked up.
            log.halt();
        }
        batch.release();
        for (LogEntry entry = batch.poll(); entry != null; entry = batch.poll()) {
            entry.write().logged(durable);
        }
        seen = null;
        appending = false;
        log.appended();
        pump();
    }

    /** The smallest sequence number that counts as under way. */
    private long low() {
        for (long sequence = tail; sequence < next; sequence++) {
            if (pending.get(layout.slot(sequence)) > 0) {
                return sequence;
            }
        }
        return next;
    }

    /** Moves the tail on, as far as writes have ended. */
    void checkpoint() {
        if (checkpointing || !log.open()) {
            return;
        }
        final long low = low();
        if (low == tail) {
            return;
        }
        checkpointing = true;
        set.flush(status -> {
            if (status == IoStatus.OK) {
                writeCheckpoint(low);
            } else {
                checkpointing = false;
                control.schedule(this::tryAgain, FLUSH_RETRY_NS);
            }
        });
    }

    private void tryAgain() {
        if (starved || !passings.isEmpty()) {
            checkpoint();
        }
    }

    private void writeCheckpoint(final long low) {
        final Columns columns = set.columns();
        Stages.whenEnded(putCheckpoint(columns, low), (unwritten, failure) -> {
            if (unwritten == 0) {
                checkpointed(low, IoStatus.OK);
            } else {
                set.keeper().settleFailed(unwritten, columns, verdict -> checkpointed(low, verdict));
            }
        });
    }

    /** Writes a checkpoint to all columns in sync; ends with a mask of those where that failed. */
    CompletableFuture<Long> putCheckpoint(final Columns columns, final long newTail) {
        checkpoints++;
        final LogCheckpoint content = new LogCheckpoint(checkpoints, newTail);
        final List<CompletableFuture<Long>> ends = new ArrayList<>();
        for (int column = 0; column < columns.count(); column++) {
            final long bit = 1L << column;
            if ((columns.readable() & columnMask() & bit) == 0) {
                continue;
            }
            final ByteBuf block = Buffers.allocate(LogLayout.BLOCK_BYTES);
            content.writeTo(block, set.id(), group, column);
            final long at = columns.chunkletOffset(column) + layout.checkpointOffset(checkpoints);
            ends.add(ControlIo.write(control, columns.device(column), at, LogLayout.BLOCK_BYTES, block)
                    .thenApply(status -> {
                        block.release();
                        return status == IoStatus.OK ? 0L : bit;
                    }));
        }
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                .thenApply(
                        all -> ends.stream().mapToLong(CompletableFuture::join).reduce(0, (a, b) -> a | b));
    }

    private void checkpointed(final long low, final IoStatus verdict) {
        checkpointing = false;
        if (verdict == IoStatus.OK && log.open()) {
            tail = low;
            stripes.passed(low);
            starved = false;
        }
        run();
    }

    /** Ends when all that was logged so far is on stable media in its place; with false when the set stops serving. */
    CompletableFuture<Boolean> passed() {
        if (!log.open()) {
            return CompletableFuture.completedFuture(false);
        }
        final Passing passing = new Passing(next, new CompletableFuture<>());
        passings.add(passing);
        pass();
        return passing.end;
    }

    private void pass() {
        final List<Passing> over = new ArrayList<>();
        passings.removeIf(passing -> tail >= passing.sequence && over.add(passing));
        over.forEach(passing -> passing.end.complete(true));
        if (!passings.isEmpty()) {
            starve();
        }
    }

    private record Passing(long sequence, CompletableFuture<Boolean> end) {}

    /** The write of the batch to one column. */
    private final class Replica extends IoRequest {
        private int column;
        private Device device;
        private int retries;

        private void start(final int toColumn) {
            column = toColumn;
            device = seen.device(toColumn);
            retries = 0;
            submit();
        }

        private void submit() {
            final long at = seen.chunkletOffset(column) + layout.slotOffset(layout.slot(batch.first()));
            write(control, at, batch.lengthBytes(), batch.buffer(), 0, true);
            device.submit(this);
        }

        @Override
        protected void completed(final IoStatus status) {
            if (status == IoStatus.BUSY && retries++ < BUSY_RETRIES_MAX) {
                control.schedule(this::submit, BUSY_RETRY_NS);
                return;
            }
            if (status != IoStatus.OK) {
                failed |= 1L << column;
            }
            replicaEnded();
        }
    }
}
