package org.isobar.raid;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.isobar.api.block.IoStatus;
import org.isobar.common.lane.Lane;

/**
 * The write log of one redundancy group of a set: a ring of slots on the columns of that group. Every write of the group,
 * with its new redundancy or (whole stripes, {@link PastWrites}) what it is about to overwrite, by its checksums, is on
 * stable media on two columns before anything is changed in place; so whichever column a group can do without, the log of
 * what was under way is there. Small writes end once two columns have their data; {@link Destager} brings that to its place
 * later. Writes that wait while a batch is being written go together in the next one. Control lane only, but for
 * {@link #ended}.
 *
 * <p>Slots are used again when a checkpoint says on all columns in sync that what they hold is on stable media in its
 * place. As long as that is not so, further writes wait here; their number is bounded by that of the lanes' parts. What
 * brings kept data to its place never waits for room: enough is left for it. Writes that wait give their locks back while
 * anything is kept, for what makes room may need them.
 */
final class GroupLog implements Runnable {
    /** Columns that need not tell what they have of the log; one more, and what only two have may be missed. */
    static final int UNREADABLE_MAX = 1;

    private static final int BATCH_SLOTS = 32;
    /** So many with what a round brings to its place. */
    private static final int ROUND_SLOTS = 128;
    /** A checkpoint flushes all columns: it waits until it frees this part of the slots, if it may. */
    private static final int WORTH_PART = 8;

    /** Of the slots in use, the newest part may go on keeping blocks when room is made. */
    private static final int KEPT_ON_PART = 4;

    private final AssembledSet set;
    private final SetLog log;
    private final LogLayout layout;
    private final int group;
    private final Lane control;
    private final ArrayDeque<LogEntry> waiting = new ArrayDeque<>();
    /** What brings kept data to its place goes before all others. */
    private final ArrayDeque<LogEntry> destaging = new ArrayDeque<>();

    private final GroupCheckpoints checkpoints;
    private final LogWaiters waiters = new LogWaiters();
    private final LogBatch batch;
    private final Destager destager;
    private final LoggedStripes stripes = new LoggedStripes();
    private final PastWrites past;
    private final BatchWrite batchWrite;
    private final LogPending pending;

    private final KeptSlots kept;
    private final LongAdder refused = new LongAdder();
    private long next;
    private long rested;
    private long tail;
    /** For others to see. */
    private volatile int used;

    private long goal;
    private boolean asleep;
    private boolean appending;
    private boolean pastInTurn;
    private volatile boolean starved;

    GroupLog(final AssembledSet set, final SetLog log, final LogLayout layout, final int group) {
        this.set = set;
        this.log = log;
        this.layout = layout;
        this.group = group;
        control = set.control();
        checkpoints = new GroupCheckpoints(set, this);
        batch = new LogBatch(layout, set.id(), group);
        pending = new LogPending(layout);
        batchWrite = new BatchWrite(set, group, batch, this::batchEnded);
        past = new PastWrites(set, layout, group, stripes, pending, this);
        destager = new Destager(set, log, this);
        kept = new KeptSlots(log.kept(), group, layout, destager, this::slotFreed);
    }

    int group() {
        return group;
    }

    /** Columns of the group. */
    long columnMask() {
        return set.layout().columnMask(0, group);
    }

    /** The log is known to be empty; where it goes on is looked up when something is to be logged. */
    void sleep() {
        asleep = true;
    }

    private void wake() {
        appending = true;
        final LogTail found = new LogTail(set, this, set.columns());
        Stages.whenEnded(found.read(), (unreadable, failure) -> {
            if (failure == null && unreadable <= UNREADABLE_MAX && found.count() > 0) {
                restart(found.sequence(), found.count());
                appended();
            } else {
                appending = false;
                log.halt();
            }
        });
    }

    /** Begins anew: all that was logged before is in its place. */
    void restart(final long sequence, final long checkpointCount) {
        resume(sequence, sequence, checkpointCount);
    }

    /** Begins anew with slots that keep blocks. */
    void resume(final long from, final long sequence, final long checkpointCount) {
        asleep = false;
        next = sequence;
        tail = from;
        used = (int) (sequence - from);
        stripes.passed(from);
        past.restart();
        for (final long key : keptKeys()) {
            stripes.kept(log.kept().stripe(key), log.kept().sequence(key));
        }
        checkpoints.restore(checkpointCount);
    }

    /** The blocks that are kept, the oldest first. */
    List<Long> keptKeys() {
        return destager.keys();
    }

    /** The set serves again. */
    void opened() {
        destager.pump();
    }

    long next() {
        return next;
    }

    /** Where the log of a set without data begins. */
    long firstSequence() {
        return Math.max(next, 2L * layout.slots());
    }

    /** Slots that hold something that may not be on stable media in its place. Any lane may call. */
    int used() {
        return used;
    }

    /** The slots that keep blocks. */
    KeptSlots kept() {
        return kept;
    }

    /** Writes since assembly that could have been kept if there had been room. Any lane may call. */
    long refused() {
        return refused.sum();
    }

    /** Whether any write is under way here. */
    boolean busy() {
        final boolean idle = waiting.isEmpty() && destaging.isEmpty() && past.isEmpty();
        return appending || checkpoints.isRunning() || !idle || pending.first(tail, next) != next;
    }

    /** Logs an entry, whose write is then told. */
    void append(final LogEntry entry) {
        if (!log.open()) {
            entry.write().logged(false);
            return;
        }
        if (entry.write().destages()) {
            destager.arrived(entry.write());
            destaging.addLast(entry);
        } else if (past.takes(entry)) {
            past.add(entry);
        } else {
            waiting.addLast(entry);
        }
        pump();
    }

    /** A write has ended in place. Any lane may call. */
    void ended(final long sequence) {
        if (pending.end(sequence) && starved) {
            control.execute(this);
        }
    }

    /** A slot keeps nothing any more. Any lane may call. */
    private void slotFreed() {
        if (starved) {
            control.execute(this);
        }
    }

    /** A slot may have become free. */
    @Override
    public void run() {
        pump();
        pass();
        if (starved) {
            checkpointIfWorth();
        }
    }

    /** The set does not serve: whoever waits is refused. */
    void refuseWaiting() {
        refuse(destaging);
        refuse(waiting);
        refuse(past.waiting());
        waiters.refuse();
    }

    private static void refuse(final ArrayDeque<LogEntry> entries) {
        for (LogEntry entry = entries.pollFirst(); entry != null; entry = entries.pollFirst()) {
            entry.write().logged(false);
        }
    }

    private void pump() {
        if (appending) {
            return;
        }
        if (asleep) {
            if (busy()) {
                wake();
            }
            return;
        }
        final boolean round = !destaging.isEmpty() && destager.isThere();
        past.sortOut(waiting);
        if (!round) {
            refuseToKeep();
        }
        if (!past.isEmpty() && !round && (pastInTurn || waiting.isEmpty())) {
            pumpPast();
        } else if (round || !waiting.isEmpty()) {
            pumpSlots(round);
        }
    }

    /** What goes past the log, and the rest, take turns. */
    private void pumpPast() {
        pastInTurn = false;
        if (past.needsSlot()) {
            if (free() < 1 + kept.reserve(0)) {
                holdUp(false);
                return;
            }
            past.open(next);
            next++;
            used = (int) (next - tail);
        }
        appending = true;
        past.start();
        makeRoom();
    }

    private void pumpSlots(final boolean first) {
        pastInTurn = true;
        final LogEntry head = first ? firstAdmitted(destaging) : waiting.peekFirst();
        if (!stripes.admits(head, tail)) {
            holdUp(first);
            return;
        }
        final int needed = head.slots(layout);
        final int skipped = skipped(head);
        final int room = free() - skipped;
        if (room < needed + (first ? 0 : kept.reserve(0))) {
            holdUp(first);
            return;
        }
        next += skipped;
        appending = true;
        final int upTo = Math.min(room, layout.slots() - layout.slot(next));
        batch.begin(next, Math.min(upTo, Math.max(needed, first ? ROUND_SLOTS : BATCH_SLOTS)));
        if (first) {
            take(destaging, room);
        }
        take(waiting, room);
        batch.seal();
        next += batch.slots();
        used = (int) (next - tail);
        batchWrite.start();
        makeRoom();
    }

    private int free() {
        return (int) (tail + layout.slots() - next);
    }

    /** Slots that are left out by a batch which begins with an entry: it does not go round the end. */
    private int skipped(final LogEntry head) {
        final int toEnd = layout.slots() - layout.slot(next);
        return head.slots(layout) > toEnd ? toEnd : 0;
    }

    /** Brings one to the front that need not wait for a checkpoint, which may have to wait for that one. */
    private LogEntry firstAdmitted(final ArrayDeque<LogEntry> entries) {
        for (int left = entries.size(); left > 1 && !stripes.admits(entries.peekFirst(), tail); left--) {
            entries.addLast(entries.pollFirst());
        }
        return entries.peekFirst();
    }

    /** When half of the room is taken. */
    private void makeRoom() {
        if (used() > layout.slots() / 2 || kept.count() > kept.max() / 2) {
            destager.upTo(next - used() / KEPT_ON_PART);
            past.leave(tail + used() / 2);
            checkpointIfWorth();
        }
    }

    /** Puts as many of those that wait into the batch as go. */
    private void take(final ArrayDeque<LogEntry> from, final int room) {
        for (LogEntry entry = from.peekFirst(); entry != null; entry = from.peekFirst()) {
            if (!stripes.admits(entry, tail)
                    || (from == waiting && !fits(entry, room - batch.slots()))
                    || !batch.add(entry)) {
                return;
            }
            from.pollFirst();
            stripes.logged(entry, batch.first() + batch.slots() - 1);
            past.forget(entry.stripe());
            pending.begin(entry.sequence());
            if (entry.isDataOnly()) {
                kept.begin(entry);
            }
        }
    }

    private boolean fits(final LogEntry entry, final int room) {
        return entry.isDataOnly() ? mayKeep(entry, room) : entry.slots(layout) + kept.reserve(0) <= room;
    }

    /** Whether the data of a small write may wait here: if what brings it to its place finds room. */
    private boolean mayKeep(final LogEntry entry, final int room) {
        return !starved && kept.hasRoomFor(entry, room);
    }

    /** Small writes that come first in line and find no room wait for it, or, if there never is enough, are made in place. */
    private void refuseToKeep() {
        while (!waiting.isEmpty()) {
            final LogEntry head = waiting.peekFirst();
            if (!head.isDataOnly() || mayKeep(head, free() - skipped(head))) {
                return;
            }
            refuseToKeep(waiting.pollFirst());
        }
    }

    private void refuseToKeep(final LogEntry entry) {
        if (next > tail && kept.hasRoomFor(entry)) {
            starve(starved ? goal : next);
            entry.write().standBack();
        } else {
            refused.increment();
            entry.write().notKept();
        }
    }

    /** Nothing can be logged before a checkpoint, which does not wait if what brings kept data to its place waits for it. */
    private void holdUp(final boolean destagingWaits) {
        starve(starved ? goal : next);
        if (destagingWaits) {
            checkpoint();
            // The next round begins with the oldest, which perhaps must be in place before a checkpoint can be made.
            refuse(destaging);
        }
        if (kept.count() > 0) {
            standBack(waiting);
            standBack(past.waiting());
        }
    }

    private void standBack(final ArrayDeque<LogEntry> entries) {
        for (LogEntry entry = entries.pollFirst(); entry != null; entry = entries.pollFirst()) {
            if (entry.isDataOnly()) {
                refuseToKeep(entry);
            } else {
                entry.write().standBack();
            }
        }
    }

    /** A write has given its lock back and waits for room. */
    void stand(final GroupWrite write) {
        if (starved && log.open()) {
            waiters.stand(write);
        } else {
            write.again();
        }
    }

    /** A write has given its lock back and waits until all that is kept now is in place. */
    void standUntilPlaced(final GroupWrite write) {
        if (used() > 0) {
            starve(next);
        }
        stand(write);
    }

    /** Slots before {@code upTo} are needed for others. */
    private void starve(final long upTo) {
        starved = true;
        goal = upTo;
        destager.upTo(next);
        past.leave(upTo);
        checkpointIfWorth();
    }

    /** Something that was kept is in its place, or has moved on. */
    void destaged() {
        if (starved) {
            run();
        } else {
            makeRoom();
            pump();
        }
    }

    /** Some time has passed: what was kept by the last time is brought to its place. */
    void rest() {
        final boolean busyPast = past.wasActive();
        destager.upTo(rested);
        rested = next;
        if (!busyPast || kept.count() > 0) {
            checkpoint();
        }
    }

    private void batchEnded(final boolean logged) {
        if (!logged) {
            // Perhaps it is there all the same: nothing must be written before that was looked up.
            log.halt();
        }
        batch.release();
        for (LogEntry entry = batch.poll(); entry != null; entry = batch.poll()) {
            if (entry.isDataOnly() && logged) {
                kept.keep(entry);
            } else if (entry.isDataOnly()) {
                kept.giveUp(entry);
            }
            entry.write().logged(logged);
        }
        appended();
    }

    /** A batch has ended, and its writes were told. */
    void appended() {
        appending = false;
        log.appended();
        destager.pump();
        pump();
    }

    /** A batch of writes that go past the log has ended; its writes are told next. */
    void pastLogged(final boolean logged) {
        if (!logged) {
            log.halt();
        }
    }

    /** The smallest sequence number that is under way or keeps something. */
    private long low() {
        return Math.min(pending.first(tail, next), kept.oldest(tail, next));
    }

    /** While blocks are brought to their place, more slots become free every moment. */
    private void checkpointIfWorth() {
        if ((starved && !destager.isBusy()) || low() - tail >= layout.slots() / WORTH_PART) {
            checkpoint();
        }
    }

    /** Moves the tail on, as far as writes have ended. */
    void checkpoint() {
        if (checkpoints.isRunning() || !log.open()) {
            return;
        }
        final long low = low();
        if (low != tail) {
            past.leave(low);
            checkpoints.begin(low);
        }
    }

    /** A checkpoint could not be made; some time has passed. */
    void tryAgain() {
        if (starved || !waiters.isEmpty()) {
            checkpoint();
        }
    }

    /** Writes a checkpoint to all columns in sync; ends with a mask of those where that failed. */
    CompletableFuture<Long> putCheckpoint(final Columns columns, final long newTail) {
        return checkpoints.put(columns, newTail);
    }

    /** A checkpoint has been made, or the set stops serving. */
    void checkpointed(final long low, final IoStatus verdict) {
        if (verdict == IoStatus.OK && log.open()) {
            tail = low;
            used = (int) (next - low);
            stripes.passed(low);
            starved = false;
            waiters.resume();
        }
        run();
    }

    /** Ends when all that was logged so far is on stable media in its place; with false when the set stops serving. */
    CompletableFuture<Boolean> passed() {
        if (!log.open()) {
            return CompletableFuture.completedFuture(false);
        }
        final CompletableFuture<Boolean> end = waiters.until(next);
        pass();
        return end;
    }

    private void pass() {
        waiters.passed(tail);
        if (!waiters.isEmpty()) {
            starve(waiters.goal());
        }
    }
}
