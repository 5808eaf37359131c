package org.isobar.pool.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.raid.RaidSet;
import org.isobar.common.lane.Lane;
import org.isobar.pool.log.AppendResult;
import org.isobar.pool.store.SetRecord.SlotsFreed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes slots that held pages FREE again: waits for the last request to leave and for the unmap record to be on stable
 * media, zeroes the slot, flushes, and only then records it as FREE. Control lane.
 */
final class SlotCleaner {
    private static final Logger LOG = LoggerFactory.getLogger(SlotCleaner.class);
    private static final int BATCH_SLOTS = 16;

    private final Lane control;
    private final Metadata metadata;
    private final long retryNs;
    private final Map<LiveSet, SetCleaner> cleaners = new HashMap<>();
    private Consumer<LiveSet> listener = set -> {};

    SlotCleaner(final Lane control, final Metadata metadata, final long retryNs) {
        this.control = control;
        this.metadata = metadata;
        this.retryNs = retryNs;
    }

    /** Who wants to hear that slots of a set are FREE again, or are not going to be for now. */
    void onFreed(final Consumer<LiveSet> whom) {
        listener = whom;
    }

    /** Takes over a quarantined slot; {@code freed} runs when it is FREE. */
    void clean(final LiveSet set, final int slot, final Runnable freed) {
        set.cleaningSlotsChanged(1);
        final SetCleaner cleaner = cleaners.computeIfAbsent(set, SetCleaner::new);
        if (set.vacatedOrAwaited(slot)) {
            cleaner.queue.add(new Dirty(slot, freed));
            cleaner.schedule();
        } else {
            cleaner.occupied.put(slot, freed);
        }
    }

    /** The last request has left a slot. */
    void vacated(final LiveSet set, final int slot) {
        final SetCleaner cleaner = cleaners.get(set);
        if (cleaner != null && cleaner.occupied.containsKey(slot) && set.vacatedOrAwaited(slot)) {
            cleaner.queue.add(new Dirty(slot, cleaner.occupied.remove(slot)));
            cleaner.schedule();
        }
    }

    /** Tries again what has failed, as sets may serve again. */
    void retry() {
        new ArrayList<>(cleaners.values()).forEach(SetCleaner::schedule);
    }

    /** Whether any slot is being cleaned right now; one that waits after a failure is not. */
    boolean busy() {
        return cleaners.values().stream().anyMatch(cleaner -> cleaner.scheduled || !cleaner.batch.isEmpty());
    }

    private record Dirty(int slot, Runnable freed) {}

    /** The slots of one set, a batch at a time. */
    private final class SetCleaner extends IoRequest {
        private final LiveSet set;
        private final Deque<Dirty> queue = new ArrayDeque<>();
        private final Map<Integer, Runnable> occupied = new HashMap<>();
        private final List<Dirty> batch = new ArrayList<>();
        private final Set<Integer> zeroed = new HashSet<>();
        private boolean scheduled;

        SetCleaner(final LiveSet set) {
            this.set = set;
        }

        /** Later, so that slots that are freed together are cleaned together. */
        void schedule() {
            if (!scheduled && batch.isEmpty() && !queue.isEmpty() && set.serving()) {
                scheduled = true;
                control.execute(this::start);
            }
        }

        private void start() {
            scheduled = false;
            while (batch.size() < BATCH_SLOTS && !queue.isEmpty()) {
                batch.add(queue.remove());
            }
            if (!batch.isEmpty()) {
                metadata.flush(this::unmapSynced);
            }
        }

        private void unmapSynced(final AppendResult result) {
            if (result.ok()) {
                zeroNext();
            } else {
                putBack();
            }
        }

        /** Zeroes the next slot of the batch, or flushes after the last one. */
        private void zeroNext() {
            final RaidSet raid = set.raid();
            for (final Dirty dirty : batch) {
                if (!zeroed.contains(dirty.slot())) {
                    zero(control, set.slotOffset(dirty.slot()), set.slotBytes(), false);
                    zeroed.add(dirty.slot());
                    raid.submit(this);
                    return;
                }
            }
            new FlushAfterZero().start(raid);
        }

        @Override
        protected void completed(final IoStatus status) {
            if (status == IoStatus.OK) {
                control.execute(this::zeroNext);
            } else {
                failed(status);
            }
        }

        private void flushed(final IoStatus status) {
            if (status == IoStatus.OK) {
                final List<Integer> slots = batch.stream().map(Dirty::slot).toList();
                metadata.append(new SlotsFreed(set.id(), slots), false, this::freed);
            } else {
                failed(status);
            }
        }

        private void freed(final AppendResult result) {
            if (result == AppendResult.FENCED || result == AppendResult.CLOSED) {
                putBack();
                return;
            }
            if (!result.ok()) {
                failed(Metadata.status(result));
                return;
            }
            final List<Dirty> done = new ArrayList<>(batch);
            batch.clear();
            zeroed.clear();
            set.cleaningSlotsChanged(-done.size());
            if (set.cleaningSlots() == 0) {
                cleaners.remove(set);
            }
            done.forEach(dirty -> dirty.freed().run());
            schedule();
            listener.accept(set);
        }

        private void failed(final IoStatus status) {
            LOG.warn("slot.zero.failed set={} slots={} status={}", set.id(), batch.size(), status);
            putBack();
            control.schedule(this::schedule, retryNs);
            listener.accept(set);
        }

        private void putBack() {
            queue.addAll(batch);
            batch.clear();
            zeroed.clear();
        }

        private final class FlushAfterZero extends IoRequest {
            void start(final RaidSet raid) {
                flush(control);
                raid.submit(this);
            }

            @Override
            protected void completed(final IoStatus status) {
                flushed(status);
            }
        }
    }
}
