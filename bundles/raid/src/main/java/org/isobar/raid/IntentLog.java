package org.isobar.raid;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.isobar.api.block.IoStatus;
import org.isobar.api.raid.RaidSetInfo;
import org.isobar.common.lane.Lane;

/**
 * The write intent of one set: which of its 64 regions may hold stripes whose redundancy does not match. A region is
 * marked durably on every attached column before the first write to it, stays marked, and is cleared after it was idle
 * for a while, when all columns have everything on stable media. The last mark stays as long as the write log of the set is in use,
 * so that a start knows without looking that the log of a set without marks is empty.
 *
 * <p>{@link #enter} and {@link #leave} run on any lane; everything else that changes state runs on the control lane. A
 * writer first counts itself in and then looks at the mark; clearing first takes the mark away and then looks at the
 * count. So either the writer finds no mark and queues here, or clearing finds the writer and leaves the mark.
 */
final class IntentLog {
    private static final long ENTRY = 1L << 32;
    private static final long IN_FLIGHT = ENTRY - 1;
    /** Counters are one cache line apart. */
    private static final int SPREAD_SHIFT = 3;

    private final AssembledSet set;
    private final Lane control;
    private final long idleNs;
    private final AtomicLongArray use = new AtomicLongArray(RaidSetInfo.REGIONS << SPREAD_SHIFT);
    private final long[] lastUse = new long[RaidSetInfo.REGIONS];
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private final List<CompletableFuture<Void>> restful = new ArrayList<>();
    private volatile long dirty;
    private volatile long suspect;
    private long wanted;
    private long marking;
    private int doubts;
    private boolean busy;
    private Lane.Timer timer;

    IntentLog(final AssembledSet set, final Lane control, final long idleNs) {
        this.set = set;
        this.control = control;
        this.idleNs = idleNs;
    }

    /** Counts a writer in; true when the region is marked, else {@link #mark} before writing. */
    boolean enter(final int region) {
        use.getAndAdd(region << SPREAD_SHIFT, ENTRY + 1);
        return (dirty & 1L << region) != 0;
    }

    /** Counts a writer out. */
    void leave(final int region) {
        use.getAndDecrement(region << SPREAD_SHIFT);
    }

    /** Marks the region, then continues the write. Any lane may call. */
    void mark(final GroupWrite write, final int region) {
        control.execute(() -> mark(1L << region, write::marked));
    }

    /** Whether the redundancy of a region may be wrong since an unclean stop. Any lane may call. */
    boolean suspect(final int region) {
        return (suspect & 1L << region) != 0;
    }

    /** Regions that may be inconsistent since an unclean stop. Any lane may call. */
    long suspects() {
        return suspect;
    }

    /** Marked regions. Any lane may call. */
    long dirty() {
        return dirty;
    }

    /** Whether no region is marked, or will be in a moment, or may be inconsistent. */
    boolean isClean() {
        return (dirty | marking | wanted | suspect) == 0;
    }

    /** Regions that are marked or will be in a moment: what a column that joins must have durably. */
    long marks() {
        return dirty | marking;
    }

    /** The set is assembled; these regions are marked on all attached columns and may be inconsistent. */
    void restore(final long regions) {
        dirty = regions;
        suspect = regions;
        arm();
    }

    /** A column that was absent so far tells of regions that may be inconsistent. */
    void merge(final long regions) {
        setSuspect(suspect | regions);
        wanted |= regions & ~dirty;
        pump();
    }

    /** Writes may be cut short: regions with writers may be inconsistent. */
    void suspectWriters() {
        doubts++;
        setSuspect(suspect | ~idleRegions());
    }

    /** How often {@link #suspectWriters} was called. */
    int doubts() {
        return doubts;
    }

    /** The redundancy of these regions is consistent again. */
    void resolved(final long regions) {
        setSuspect(suspect & ~regions);
        clear(idleRegions());
    }

    private void mark(final long regions, final Consumer<Boolean> marked) {
        if ((dirty & regions) == regions) {
            marked.accept(true);
            return;
        }
        wanted |= regions & ~dirty;
        waiters.addLast(new Waiter(regions, marked));
        pump();
    }

    /** The columns have changed. */
    void columnsChanged() {
        pump();
        arm();
    }

    /** Clears what is marked when nothing is in doubt; there are no writers any more. */
    CompletableFuture<Void> close() {
        if (timer != null) {
            timer.cancel();
        }
        return rest().thenCompose(rested -> {
            clear(idleRegions());
            return rest();
        });
    }

    /** Ends when nothing is being written to the intent areas. */
    private CompletableFuture<Void> rest() {
        if (!busy) {
            return CompletableFuture.completedFuture(null);
        }
        final CompletableFuture<Void> end = new CompletableFuture<>();
        restful.add(end);
        return end;
    }

    private void rested() {
        busy = false;
        marking = 0;
        final List<CompletableFuture<Void>> ends = List.copyOf(restful);
        restful.clear();
        ends.forEach(end -> end.complete(null));
        pump();
    }

    private void pump() {
        if (busy || wanted == 0) {
            return;
        }
        final Columns columns = set.columns();
        if (!columns.serving()) {
            answerAll(false);
            return;
        }
        if (columns.missing() != 0) {
            // A column that is relied upon must know of every mark. Without a writer there is no hurry to give it up.
            if (!waiters.isEmpty()) {
                busy = true;
                set.keeper().settleMissing(columns.missing(), verdict -> rested());
            }
            return;
        }
        busy = true;
        marking = dirty | wanted;
        writeWords(marking, failed -> marked(failed, columns));
    }

    private void marked(final long failed, final Columns seen) {
        if (failed != 0) {
            // What failed must not be relied upon before data is written that it has no mark for.
            set.keeper().settleFailed(failed, seen, this::failureSettled);
        } else {
            failureSettled(IoStatus.OK);
        }
    }

    private void failureSettled(final IoStatus verdict) {
        if (verdict == IoStatus.OK) {
            setDirty(dirty | marking);
            wanted &= ~dirty;
            answerMarked();
            arm();
        }
        rested();
    }

    private void answerMarked() {
        for (int count = waiters.size(); count > 0; count--) {
            final Waiter waiter = waiters.pollFirst();
            if ((dirty & waiter.regions) == waiter.regions) {
                waiter.marked.accept(true);
            } else {
                waiters.addLast(waiter);
            }
        }
    }

    private void answerAll(final boolean marked) {
        for (int count = waiters.size(); count > 0; count--) {
            waiters.pollFirst().marked.accept(marked);
        }
    }

    /** Writes a word to all attached columns, then tells which of them failed. */
    private void writeWords(final long word, final LongConsumer failedColumns) {
        final Columns columns = set.columns();
        final List<CompletableFuture<Long>> ends = new ArrayList<>();
        for (int column = 0; column < columns.count(); column++) {
            if (columns.canWrite(column)) {
                final long bit = 1L << column;
                ends.add(set.keeper().writeIntent(column, word).thenApply(status -> status == IoStatus.OK ? 0L : bit));
            }
        }
        Stages.whenEnded(CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)), (none, failure) -> {
            long failed = 0;
            for (final CompletableFuture<Long> end : ends) {
                failed |= end.join();
            }
            failedColumns.accept(failed);
        });
    }

    private void arm() {
        if (timer == null && mayClear()) {
            timer = control.schedule(this::tick, idleNs);
        }
    }

    private boolean mayClear() {
        return dirty != 0
                && suspect == 0
                && set.columns().whole()
                && set.columns().serving();
    }

    private void tick() {
        timer = null;
        long idle = 0;
        for (int region = 0; region < RaidSetInfo.REGIONS; region++) {
            final long now = use.get(region << SPREAD_SHIFT);
            if ((now & IN_FLIGHT) == 0 && now == lastUse[region]) {
                idle |= 1L << region;
            }
            lastUse[region] = now;
        }
        clear(idle);
        arm();
    }

    private long idleRegions() {
        long idle = 0;
        for (int region = 0; region < RaidSetInfo.REGIONS; region++) {
            if ((use.get(region << SPREAD_SHIFT) & IN_FLIGHT) == 0) {
                idle |= 1L << region;
            }
        }
        return idle;
    }

    private void clear(final long regions) {
        long before = dirty & regions;
        if (before == dirty && set.log().usedSlots() > 0) {
            before &= before - 1;
        }
        if (busy || before == 0 || !mayClear()) {
            return;
        }
        setDirty(dirty & ~before);
        final long clearing = before & idleRegions();
        setDirty(dirty | (before & ~clearing));
        if (clearing == 0) {
            return;
        }
        busy = true;
        // What the mark stands for: redundancy and checksums on stable media agree with the data.
        final Columns columns = set.columns();
        Stages.whenEnded(set.sums().write(columns, clearing), (failed, failure) -> {
            if (failed != 0) {
                setDirty(dirty | clearing);
                set.keeper().settleFailed(failed, columns, verdict -> rested());
            } else {
                set.flush(status -> flushed(clearing, status));
            }
        });
    }

    private void flushed(final long clearing, final IoStatus status) {
        final Columns columns = set.columns();
        if (status != IoStatus.OK || !columns.whole()) {
            setDirty(dirty | clearing);
            rested();
            return;
        }
        writeWords(dirty, failed -> {
            if (failed != 0) {
                set.keeper().settleFailed(failed, columns, verdict -> rested());
            } else {
                rested();
            }
        });
    }

    private void setDirty(final long regions) {
        dirty = regions;
    }

    private void setSuspect(final long regions) {
        suspect = regions;
    }

    private record Waiter(long regions, Consumer<Boolean> marked) {}
}
