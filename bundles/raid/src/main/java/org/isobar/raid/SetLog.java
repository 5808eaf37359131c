package org.isobar.raid;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.isobar.api.block.IoStatus;
import org.isobar.api.raid.RaidLogInfo;
import org.isobar.common.lane.Lane;

/**
 * The write log of a set: one {@link GroupLog} for each redundancy group, or none. Before the set serves, and whenever a
 * write may have been cut short, everything that is not surely in place is written there again. A set without a mark in its write
 * intent has nothing in its log ({@link IntentLog}): it serves at once, whatever the length of its log. Control lane only, but
 * for {@link #halt}, {@link #halted} and {@link #isOn}.
 */
final class SetLog {
    private static final long REST_POLL_NS = 1_000_000;
    private static final long RETRY_NS = 1_000_000_000;
    /** So many looks at what the log holds in the time after which it is idle. */
    private static final int LOOKS = 8;

    private final AssembledSet set;
    private final Lane control;
    private final long idleNs;
    private final KeptBlocks kept;
    private final boolean keeps;
    private final int smallBytes;
    private final GroupLog[] groups;
    private final List<CompletableFuture<Void>> openings = new ArrayList<>();
    private boolean enough;
    private boolean ready;
    private boolean replaying;
    /** Whether the set has served since it was assembled. */
    private boolean served;

    private volatile long replayedSlots;
    private CompletableFuture<Void> scrubs = CompletableFuture.completedFuture(null);
    private Lane.Timer idle;
    private int looks;
    private volatile boolean halted;

    /**
     * Before the set is assembled.
     *
     * @param keeps whether small writes end when they are logged, and are made in place later
     * @param smallBytes writes of a part of a stripe are small up to this length
     */
    SetLog(final AssembledSet set, final long idleNs, final boolean keeps, final int smallBytes) {
        this.set = set;
        this.idleNs = idleNs;
        this.keeps = keeps;
        this.smallBytes = smallBytes;
        kept = new KeptBlocks(set.layout());
        control = set.control();
        final LogLayout layout = set.layout().log();
        groups = new GroupLog[layout == null ? 0 : set.layout().groups()];
        for (int group = 0; group < groups.length; group++) {
            groups[group] = new GroupLog(set, this, layout, group);
        }
    }

    /** Whether writes are logged. */
    boolean isOn() {
        return groups.length > 0;
    }

    /** Whether small writes end when they are logged. */
    boolean keeps() {
        return keeps && isOn();
    }

    /** Writes of a part of a stripe are small up to this length. Any lane may call. */
    int smallBytes() {
        return smallBytes;
    }

    /** What is newer than what lies in place. */
    KeptBlocks kept() {
        return kept;
    }

    GroupLog group(final int number) {
        return groups[number];
    }

    /** A picture of it, or null when there is none. Any lane may call. */
    RaidLogInfo info() {
        if (!isOn()) {
            return null;
        }
        final LogLayout layout = set.layout().log();
        int blocks = 0;
        int blocksMax = 0;
        long refused = 0;
        for (final GroupLog group : groups) {
            blocks += group.kept().count();
            blocksMax += group.kept().max();
            refused += group.refused();
        }
        return new RaidLogInfo(
                groups.length * layout.slots(),
                layout.slotBytes(),
                usedSlots(),
                blocks,
                keeps ? blocksMax : 0,
                refused,
                replayedSlots);
    }

    /** Slots that were written again since assembly. Any lane may call. */
    long replayedSlots() {
        return replayedSlots;
    }

    /** Slots whose content may not be on stable media in its place. Any lane may call. */
    int usedSlots() {
        int used = 0;
        for (final GroupLog group : groups) {
            used += group.used();
        }
        return used;
    }

    /** Whether writes can be logged now. */
    boolean open() {
        return ready && !halted;
    }

    /** A write was logged but may be in its place partly. Nothing may build upon that before it was put right. */
    void halt() {
        if (!halted) {
            halted = true;
            control.execute(() -> set.keeper().publish());
        }
    }

    boolean halted() {
        return halted;
    }

    /**
     * Answers whether the set may serve; sees to it that it may in a while.
     *
     * @param could whether the set could serve as far as its columns go
     */
    boolean mayServe(final boolean could) {
        if (!isOn()) {
            return could;
        }
        enough = could;
        ready &= could && !halted;
        if (!ready) {
            control.execute(this::refuseWaiting);
            if (could && !replaying) {
                replaying = true;
                control.execute(this::replay);
            }
        }
        return ready;
    }

    private void refuseWaiting() {
        if (!open()) {
            for (final GroupLog group : groups) {
                group.refuseWaiting();
            }
        }
    }

    /** Ends when the set may serve, or cannot for now. */
    CompletableFuture<Void> opened() {
        if (!replaying) {
            return CompletableFuture.completedFuture(null);
        }
        final CompletableFuture<Void> end = new CompletableFuture<>();
        openings.add(end);
        return end;
    }

    /** The columns were zeroed, the log with them: says again from where on it counts. */
    CompletableFuture<IoStatus> initialize(final Columns now) {
        final List<CompletableFuture<IoStatus>> ends = new ArrayList<>();
        for (final GroupLog group : groups) {
            ends.add(group.checkpoints()
                    .put(now, group.firstSequence())
                    .thenApply(unwritten -> unwritten == 0 ? IoStatus.OK : IoStatus.IO_ERROR));
        }
        return ColumnSums.all(ends);
    }

    private void replay() {
        if (!enough) {
            replaying = false;
            answerOpenings();
            return;
        }
        if (busy() || set.keeper().settling()) {
            control.schedule(this::replay, REST_POLL_NS);
            return;
        }
        if (!served && set.keeper().intentKnown() && set.intent().isClean()) {
            for (final GroupLog group : groups) {
                group.sleep();
            }
            serve();
            return;
        }
        Stages.whenEnded(new LogReplay(set, groups).run(), (outcome, failure) -> {
            if (outcome == LogReplay.Outcome.DONE && enough) {
                serve();
            } else if (outcome == LogReplay.Outcome.AGAIN) {
                control.schedule(this::replay, REST_POLL_NS);
            } else {
                answerOpenings();
                control.schedule(this::replay, RETRY_NS);
            }
        });
    }

    private void serve() {
        replaying = false;
        halted = false;
        ready = true;
        served = true;
        set.keeper().publish();
        for (final GroupLog group : groups) {
            group.opened();
        }
        appended();
        answerOpenings();
    }

    private void answerOpenings() {
        final List<CompletableFuture<Void>> ends = List.copyOf(openings);
        openings.clear();
        ends.forEach(end -> end.complete(null));
    }

    private boolean busy() {
        for (final GroupLog group : groups) {
            if (group.busy()) {
                return true;
            }
        }
        return false;
    }

    void replayed(final int slots) {
        final long before = replayedSlots;
        replayedSlots = before + slots;
    }

    /** Something was logged. */
    void appended() {
        if (idle == null) {
            idle = control.schedule(this::tick, idleNs / LOOKS);
        }
    }

    private void tick() {
        idle = null;
        looks = (looks + 1) % LOOKS;
        for (final GroupLog group : groups) {
            group.rest(looks == 0);
        }
        if (open() && usedSlots() > 0) {
            appended();
        }
    }

    /** Ends when all that was logged so far is in place for good; with false when the set stops serving before. */
    CompletableFuture<Boolean> passed() {
        final List<CompletableFuture<Boolean>> ends = new ArrayList<>();
        for (final GroupLog group : groups) {
            ends.add(group.passed());
        }
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                .thenApply(all -> ends.stream().allMatch(CompletableFuture::join));
    }

    /** A column is to be relied upon: says there, too, from where on the log counts. Ends with whether that is there. */
    CompletableFuture<Boolean> introduce(final Columns columns, final int column) {
        CompletableFuture<Boolean> all = CompletableFuture.completedFuture(true);
        for (final GroupLog group : groups) {
            if ((group.columnMask() & 1L << column) != 0) {
                all = all.thenCompose(written -> written
                        ? group.checkpoints().introduce(columns, column)
                        : CompletableFuture.completedFuture(false));
            }
        }
        return all;
    }

    /** What a scrub of the set does about its log, one after the other; ends when that is done, or cannot be for now. */
    CompletableFuture<Void> scrub(final StripeSweep sweep) {
        CompletableFuture<Void> own = scrubs;
        for (final GroupLog group : groups) {
            own = own.thenCompose(before -> new LogScrub(set, group, sweep).run());
        }
        // Whoever comes next, to scrub or to close, is not to suffer from how this one ends.
        scrubs = own.exceptionally(failure -> null);
        return own;
    }

    /** There are no writes any more: leaves the log empty if that can be. */
    CompletableFuture<Void> close() {
        return scrubs.thenCompose(scrubbed -> passed()).thenAccept(all -> {
            if (idle != null) {
                idle.cancel();
                idle = null;
            }
        });
    }
}
