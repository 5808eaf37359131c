package org.isobar.raid;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.raid.ColumnState;
import org.isobar.api.raid.RaidSetJournal;
import org.isobar.testkit.Simulation;

/** Column states on stable media that never fails but when told to; records take some time, or until they are let go. */
final class TestJournal implements RaidSetJournal {
    private static final int LATENCY_NS_MAX = 2_000_000;

    private final ColumnState[] states;
    private final boolean[] fresh;
    private final boolean[] begun;
    private final int[] moves;
    private final List<Entry> pending = new ArrayList<>();
    private Simulation sim;
    private boolean holding;
    private boolean failing;
    private int staleRecords;

    TestJournal(final Simulation sim, final List<ColumnState> states) {
        this.sim = sim;
        this.states = states.toArray(ColumnState[]::new);
        fresh = new boolean[this.states.length];
        begun = new boolean[this.states.length];
        moves = new int[this.states.length];
    }

    @Override
    public CompletionStage<Void> columnStale(final long setId, final int column) {
        staleRecords++;
        return record(column, ColumnState.STALE, false);
    }

    @Override
    public CompletionStage<Void> rebuildBegun(final long setId, final int column) {
        return record(column, ColumnState.STALE, true);
    }

    @Override
    public CompletionStage<Void> columnInSync(final long setId, final int column) {
        return record(column, ColumnState.IN_SYNC, false);
    }

    private CompletionStage<Void> record(final int column, final ColumnState state, final boolean begins) {
        final Entry record = new Entry(column, state, begins ? moves[column] : 0, new CompletableFuture<>());
        pending.add(record);
        if (!holding) {
            finishLater();
        }
        return record.end;
    }

    private void finishLater() {
        sim.workOnLane(sim.lanes().control(), sim.random().nextInt(LATENCY_NS_MAX), () -> {
            if (!holding && !pending.isEmpty()) {
                finishFirst();
            }
        });
    }

    private void finishFirst() {
        final Entry record = pending.remove(0);
        if (failing) {
            record.end.completeExceptionally(new StorageException(StorageException.Code.IO, "journal failed: test=1"));
        } else {
            put(record);
            record.end.complete(null);
        }
    }

    private void put(final Entry record) {
        states[record.column] = record.state;
        fresh[record.column] &= record.state == ColumnState.STALE;
        begun[record.column] |= record.begins != 0 && record.begins == moves[record.column];
    }

    /** The process died: what was under way is there or not, in order. */
    void crash(final Simulation restarted, final Random random) {
        int kept = pending.isEmpty() ? 0 : random.nextInt(pending.size() + 1);
        for (final Entry record : pending) {
            if (kept-- > 0) {
                put(record);
            }
        }
        pending.clear();
        sim = restarted;
    }

    void hold() {
        holding = true;
    }

    void release() {
        holding = false;
        pending.forEach(record -> finishLater());
    }

    void fail(final boolean fail) {
        failing = fail;
    }

    /** The owner placed a column elsewhere. */
    void placed(final int column) {
        states[column] = ColumnState.STALE;
        fresh[column] = true;
        begun[column] = false;
        moves[column]++;
    }

    /** Whether a column was placed, and does not even say itself what it does not hold yet. */
    boolean isFresh(final int column) {
        return fresh[column] && !begun[column];
    }

    ColumnState state(final int column) {
        return states[column];
    }

    int pendingCount() {
        return pending.size();
    }

    /** Calls of {@code columnStale} since creation. */
    int staleRecords() {
        return staleRecords;
    }

    /**
     * A record that is not on stable media yet.
     *
     * @param begins the move of the column whose rebuild has begun, or 0
     */
    private record Entry(int column, ColumnState state, int begins, CompletableFuture<Void> end) {}
}
