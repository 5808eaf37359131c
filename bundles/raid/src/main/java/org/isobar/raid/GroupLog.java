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

    /** So many with what a round brings to its place. */
    private static final int ROUND_SLOTS = 128;
    /** Kinds of writes that take turns. */
    private static final int TURNS = 2;

    /** So many fourths of the slots may be in use before room is made: when nothing is kept, and else. */
    private static final int STREAMS_FOURTHS = 3;

    private static final int SMALL_FOURTHS = 2;

    /** A checkpoint flushes all columns: it waits until it frees this part of the slots, if it may. */
    private static final int WORTH_PART = 8;

    /** Of the slots in use, the newest part may go on keeping blocks when room is made. */
    private static final int KEPT_ON_PART = 4;

    private final AssembledSet set;
    private final SetLog log;
    private final LogLayout layout;
    private final int group;
    private final Lane control;
    /** Empty but for moments. */
    private final ArrayDeque<LogEntry> givingWay = new ArrayDeque<>();

    private final GroupCheckpoints checkpoints;
    private final LogWaiters waiters = new LogWaiters();
    private final Destager destager;
    private final LoggedStripes stripes = new LoggedStripes();
    private final PastWrites past;
    private final ContentWrites contents;
    private final PartialWrites partials;
    private final SmallWrites small;
    private final RoundWrites rounds;
    private final LogPending pending;

    private final KeptSlots kept;
    private final LongAdder refused = new LongAdder();
    private final LogRing ring;
    private long rested;
    private long goal;
    private boolean asleep;
    private boolean failing;
    private boolean appending;
    private int turn;
    /** Whether some has come that it has not looked at. */
    private boolean arriving;

    private volatile boolean starved;

    GroupLog(final AssembledSet set, final SetLog log, final LogLayout layout, final int group) {
        this.set = set;
        this.log = log;
        this.layout = layout;
        this.group = group;
        control = set.control();
        ring = new LogRing(layout);
        checkpoints = new GroupCheckpoints(set, this);
        pending = new LogPending(layout);
        past = new PastWrites(set, layout, group, stripes, pending, this);
        destager = new Destager(set, log, this);
        kept = new KeptSlots(log.kept(), group, layout, destager, this::slotFreed);
        final GroupParts parts = new GroupParts(set, layout, group, past, stripes, pending, kept, destager);
        contents = new ContentWrites(parts, this::appended);
        partials = new PartialWrites(parts, this::goOn);
        small = new SmallWrites(parts, this::appended);
        rounds = new RoundWrites(parts, this::pump, this::roundLogged);
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
        failing = false;
        ring.resume(from, sequence);
        stripes.passed(from);
        partials.passed(from);
        past.restart();
        small.close();
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
        return ring.next();
    }

    /** Where the log of a set without data begins. */
    long firstSequence() {
        return Math.max(ring.next(), 2L * layout.slots());
    }

    /** Slots that hold something that may not be on stable media in its place. Any lane may call. */
    int used() {
        return ring.used();
    }

    /** The slots that keep blocks. */
    KeptSlots kept() {
        return kept;
    }

    /** Writes since assembly that could have been kept if there had been room. Any lane may call. */
    long refused() {
        return refused.sum();
    }

    /** It cannot be replayed for now; answers whether that is news. */
    boolean fails() {
        final boolean before = failing;
        failing = true;
        return !before;
    }

    /** Whether any write is under way here. */
    boolean busy() {
        final boolean idle =
                contents.isEmpty() && partials.isEmpty() && rounds.isEmpty() && past.isEmpty() && small.isEmpty();
        return appending
                || past.isWriting()
                || partials.isRunning()
                || rounds.isRunning()
                || checkpoints.isRunning()
                || !idle
                || pending.first(ring.tail(), ring.next()) != ring.next();
    }

    /** Takes an entry in; logs it, and tells its write, once {@link #arrived} says that all are there which come with it. */
    void append(final LogEntry entry) {
        if (!log.open()) {
            entry.write().logged(false);
            return;
        }
        if (entry.write().destages()) {
            destager.arrived(entry.write());
        }
        if (entry.isDataOnly()) {
            small.add(entry);
        } else if (entry.write().destages()) {
            rounds.add(entry);
        } else if (past.takes(entry)) {
            past.add(entry);
        } else if (partials.takes(entry)) {
            partials.add(entry);
        } else {
            contents.add(entry);
        }
        if (!arriving) {
            arriving = true;
            set.controlWork().pumpLater(this);
        }
    }

    /** All entries that came together are there. */
    void arrived() {
        arriving = false;
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
        rounds.refuse();
        refuse(contents.waiting());
        refuse(partials.waiting());
        refuse(small.waiting());
        refuse(past.waiting());
        past.refuseAhead();
        waiters.refuse();
    }

    private static void refuse(final ArrayDeque<LogEntry> entries) {
        for (LogEntry entry = entries.pollFirst(); entry != null; entry = entries.pollFirst()) {
            entry.write().logged(false);
        }
    }

    private void pump() {
        pumpRounds();
        if (asleep) {
            if (!appending && busy() && !checkpoints.isRunning()) {
                wake();
            }
            return;
        }
        pumpPast();
        pumpPartial();
        for (int tried = 0; tried < TURNS && !appending; tried++) {
            turn = (turn + 1) % TURNS;
            if (turn == 0) {
                pumpSmall();
            } else {
                pumpSlots();
            }
        }
    }

    /**
     * Whole stripes of which the log holds something wait for a checkpoint once, rather than filling it with themselves: where a
     * stream comes upon blocks that were kept there are many of them, and after one checkpoint none.
     */
    private void giveWay() {
        if (givingWay.isEmpty()) {
            return;
        }
        starve(ring.next());
        for (LogEntry entry = givingWay.pollFirst(); entry != null; entry = givingWay.pollFirst()) {
            entry.write().giveWay();
        }
    }

    /** What brings kept data to its place goes before all others, and beside them. */
    private void pumpRounds() {
        if (rounds.isRunning() || rounds.isEmpty() || !destager.isThere()) {
            return;
        }
        if (!rounds.isFlushed()) {
            rounds.flush();
            return;
        }
        final LogEntry head = rounds.firstAdmitted(ring.tail());
        final int skipped = ring.skipped(head.slots(layout));
        final int room = ring.free() - skipped;
        if (!stripes.admits(head, ring.tail()) || room < head.slots(layout)) {
            holdUp(true);
            return;
        }
        ring.takeTo(ring.next() + skipped);
        // What is kept from now on is newer than what goes to its place.
        small.close();
        final int upTo = Math.min(room, ring.toEnd());
        ring.takeTo(ring.next() + rounds.take(ring.next(), Math.min(upTo, ROUND_SLOTS), ring.tail()));
        rounds.write();
    }

    private void roundLogged() {
        log.appended();
        pump();
    }

    /** Whole stripes are logged beside all others. */
    private void pumpPast() {
        if (log.open()) {
            past.letGo();
        }
        past.sortOut(givingWay, contents.waiting());
        giveWay();
        if (past.isEmpty() || !past.mayStart()) {
            return;
        }
        if (past.needsSlot()) {
            if (!past.mayOpen()) {
                return;
            }
            if (ring.free() < 1 + kept.reserve()) {
                holdUp(false);
                return;
            }
            // What is kept from now on can only go to its place once the log is past this slot.
            small.close();
            past.open(ring.next());
            ring.takeTo(ring.next() + 1);
        }
        past.start();
        makeRoom();
    }

    /** Partial parity goes to the log beside all others. */
    private void pumpPartial() {
        partials.sortOut(contents.waiting());
        for (LogEntry head = partials.first(); head != null; head = partials.first()) {
            final int skipped = ring.skipped(head.slots(layout));
            final int room = ring.free() - skipped;
            if (room < head.slots(layout) + kept.reserve()) {
                holdUp(false);
                return;
            }
            // What is kept from now on can only go to its place once the log is past these slots.
            small.close();
            ring.takeTo(ring.next() + skipped);
            ring.takeTo(ring.next() + partials.take(head, ring.next(), room));
            partials.write(head);
            makeRoom();
        }
    }

    private void pumpSmall() {
        refuseToKeep();
        if (small.isEmpty()) {
            return;
        }
        appending = true;
        ring.takeTo(small.take(ring.next(), ring.free()));
        small.write();
        makeRoom();
    }

    private void pumpSlots() {
        final LogEntry head = contents.waiting().peekFirst();
        if (head == null) {
            return;
        }
        final int skipped = ring.skipped(head.slots(layout));
        final int room = ring.free() - skipped;
        if (!stripes.admits(head, ring.tail()) || room < head.slots(layout) + kept.reserve()) {
            holdUp(false);
            return;
        }
        ring.takeTo(ring.next() + skipped);
        appending = true;
        small.close();
        ring.takeTo(ring.next() + contents.take(ring.next(), room, ring.tail()));
        contents.write();
        makeRoom();
    }

    /**
     * When half of the room is taken, or more by streams alone, which need no room but for what comes during a checkpoint: in one go
     * as long as nothing is being brought to its place, for small rounds cost as much.
     */
    private void makeRoom() {
        final boolean full = used() > layout.slots() * (kept.count() == 0 ? STREAMS_FOURTHS : SMALL_FOURTHS) / 4;
        if (full) {
            past.leave(ring.tail() + used() / 2);
            checkpointIfWorth();
        }
        if (!destager.isBusy() && (kept.count() > kept.max() / 2 || (full && !checkpoints.isRunning()))) {
            place(ring.next() - used() / KEPT_ON_PART);
        }
    }

    /** What is kept in slots before {@code upTo} goes to its place, and nothing is kept there any more. */
    private void place(final long upTo) {
        small.leave(upTo);
        destager.upTo(upTo);
    }

    /** Small writes that come first in line and find no room wait for it, or, if there never is enough, are made in place. */
    private void refuseToKeep() {
        final ArrayDeque<LogEntry> entries = small.waiting();
        while (!entries.isEmpty()) {
            final LogEntry head = entries.peekFirst();
            if ((!starved || head.write().destages()) && small.fits(head, ring.next(), ring.free())) {
                return;
            }
            refuseToKeep(entries.pollFirst());
        }
    }

    private void refuseToKeep(final LogEntry entry) {
        if (entry.write().destages()) {
            entry.write().logged(false);
        } else if (used() > 0 && kept.hasRoomFor(entry)) {
            starve(starved ? goal : ring.next());
            entry.write().standBack();
        } else {
            refused.increment();
            entry.write().notKept();
        }
    }

    /** Nothing can be logged before a checkpoint, which does not wait if what brings kept data to its place waits for it. */
    private void holdUp(final boolean destagingWaits) {
        starve(starved ? goal : ring.next());
        if (destagingWaits) {
            checkpoint();
            // The next round begins with the oldest, which perhaps must be in place before a checkpoint can be made.
            rounds.refuse();
        }
        if (kept.count() > 0) {
            standBack(contents.waiting());
            standBack(partials.waiting());
            standBack(past.waiting());
            standBack(small.waiting());
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
            starve(ring.next());
        }
        stand(write);
    }

    /** Slots before {@code upTo} are needed for others. */
    private void starve(final long upTo) {
        starved = true;
        goal = upTo;
        place(ring.next());
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

    /**
     * Some time has passed. When no small write came meanwhile, all that is kept is brought to its place, and the log passes it, so
     * that streams which come next need not wait for that; else what was kept for some longer.
     *
     * @param idle whether the time is over after which nothing is to be kept, or told of, in the slots of the last time
     */
    void rest(final boolean idle) {
        final boolean quiet = !small.wasActive();
        if (quiet || idle) {
            place(quiet ? ring.next() : rested);
        }
        if (idle) {
            rested = ring.next();
            small.leave(rested);
        }
        final boolean passes =
                idle ? !past.wasActive() || kept.count() > 0 : quiet && kept.count() == 0 && stripes.holdContent();
        if (passes) {
            checkpoint();
        }
    }

    /** A batch has ended, and its writes were told. */
    void appended() {
        appending = false;
        goOn();
    }

    /** Batches have ended, and their writes were told: those that wait are next. */
    void goOn() {
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
        return Math.min(pending.first(ring.tail(), ring.next()), kept.oldest(ring.tail(), ring.next()));
    }

    /** While blocks are brought to their place, more slots become free every moment. */
    private void checkpointIfWorth() {
        if ((starved && !destager.isBusy()) || low() - ring.tail() >= layout.slots() / WORTH_PART) {
            checkpoint();
        }
    }

    /** Moves the tail on, as far as writes have ended. */
    void checkpoint() {
        if (checkpoints.isRunning() || !log.open()) {
            return;
        }
        final long low = low();
        if (low != ring.tail()) {
            past.leave(low);
            small.leave(low);
            checkpoints.begin(low);
        }
    }

    /** A checkpoint could not be made; some time has passed. */
    void tryAgain() {
        if (starved || !waiters.isEmpty()) {
            checkpoint();
        }
    }

    /** Those that it has. */
    GroupCheckpoints checkpoints() {
        return checkpoints;
    }

    /** Slots from this one on count; not known while it is asleep. */
    long tail() {
        return ring.tail();
    }

    /** Whether it is empty, and where it goes on has not been looked up. */
    boolean isAsleep() {
        return asleep;
    }

    /** Whether it looks up where it goes on. */
    boolean wakes() {
        return asleep && appending;
    }

    /** A checkpoint has been made, or the set stops serving. */
    void checkpointed(final long low, final IoStatus verdict) {
        if (verdict == IoStatus.OK && log.open()) {
            ring.passed(low);
            stripes.passed(low);
            partials.passed(low);
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
        final CompletableFuture<Boolean> end = waiters.until(ring.next());
        pass();
        return end;
    }

    private void pass() {
        waiters.passed(ring.tail());
        if (!waiters.isEmpty()) {
            starve(waiters.goal());
        }
    }
}
