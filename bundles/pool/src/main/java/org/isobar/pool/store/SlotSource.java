package org.isobar.pool.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoStatus;
import org.isobar.pool.log.AppendResult;
import org.isobar.pool.store.SetRecord.SlotsOpened;
import org.isobar.pool.store.SetState.Slot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out slots for the pages of one length in one pool. Control lane.
 *
 * <p>A slot goes from FREE to OPEN by a durable record before anything is written to it: when the power takes the map
 * record of a page but not its data, the slot is known not to be zero any more. Slots are opened in batches and ahead of
 * need, so that a first write waits for its map record only; a set is formed ahead when few slots are left.
 */
final class SlotSource {
    private static final Logger LOG = LoggerFactory.getLogger(SlotSource.class);
    private static final long BATCH_BYTES = 64 << 20;
    private static final int BATCH_SLOTS_MAX = 256;
    private static final int BATCHES_PER_SET = 4;
    private static final int FORM_ATTEMPTS = 3;

    private final PoolState pool;
    private final int pageBytes;
    private final int batchSlotsMax;
    private final Metadata metadata;
    private final SetTable sets;
    private final SetFactory factory;
    private final SpaceKeeper keeper;
    private final Deque<ReadySlot> ready = new ArrayDeque<>();
    private final Deque<Taker> waiting = new ArrayDeque<>();
    /** Slots opened at a time; what counts as few goes by it. */
    private int batchSlots = 1;

    private boolean opening;
    private boolean forming;
    /** Whether anybody ever took a slot: until then nothing is done ahead. */
    private boolean wanted;
    /** Whether to look if few slots are left; done after each batch and each change of capacity only. */
    private boolean lookAhead;

    private int failedForms;
    /** Whether it was said that there is no room. */
    private boolean told;

    private boolean pumping;
    private boolean pumpAgain;

    SlotSource(
            final PoolState pool,
            final int pageBytes,
            final Metadata metadata,
            final SetTable sets,
            final SetFactory factory,
            final SpaceKeeper keeper) {
        this.pool = pool;
        this.pageBytes = pageBytes;
        this.metadata = metadata;
        this.sets = sets;
        this.factory = factory;
        this.keeper = keeper;
        batchSlotsMax = (int) Math.max(1, Math.min(BATCH_BYTES / pageBytes, BATCH_SLOTS_MAX));
    }

    /** Who waits for a slot. */
    interface Taker {
        /** The slot is OPEN, zero, and the taker's alone. */
        void slotTaken(LiveSet set, int slot);

        /** There is none. */
        void slotRefused(IoStatus why);
    }

    /** What can free space for others when there is none; told when space was freed. */
    interface SpaceKeeper {
        /** Whether space is being freed now, or could be by what this call has just begun. */
        boolean freesSpaceFor(SlotSource needy);

        /** Slots of a source were given to pages, or lost theirs. */
        void usageChanged();
    }

    PoolState pool() {
        return pool;
    }

    int pageBytes() {
        return pageBytes;
    }

    /** Its pages have become more or fewer. */
    void pagesChanged() {
        keeper.usageChanged();
    }

    /** Answers the taker, now or later. */
    void take(final Taker taker) {
        waiting.add(taker);
        wanted = true;
        pump();
    }

    /** Takes back a slot that was not used after all; it is still OPEN and zero. */
    void giveBack(final LiveSet set, final int slot) {
        ready.addFirst(new ReadySlot(set, slot));
        set.readySlotsChanged(1);
    }

    /** Slots were freed, sets came back or chunklets became free. */
    void capacityChanged() {
        lookAhead = true;
        failedForms = 0;
        pump();
    }

    /** Refuses all who wait; for the end of the store. */
    void refuseAll(final IoStatus why) {
        final List<Taker> refused = new ArrayList<>(waiting);
        waiting.clear();
        refused.forEach(taker -> taker.slotRefused(why));
    }

    /** Forgets what it had ready of a set that leaves. */
    void forget(final LiveSet set) {
        ready.removeIf(slot -> slot.set() == set);
        set.readySlotsChanged(-set.readySlots());
    }

    /** Whether a record about its sets is on its way. */
    boolean busy() {
        return opening || forming;
    }

    /** Its pool is being deleted: nothing is done ahead any more. */
    void retire() {
        wanted = false;
    }

    /** Slots of serving sets that are neither in use nor being cleaned. */
    long availableSlots() {
        long count = 0;
        for (final LiveSet set : mySets()) {
            count += set.serving() ? set.state().count(Slot.FREE) + set.readySlots() : 0;
        }
        return count;
    }

    /** Its sets, those that leave excepted. */
    List<LiveSet> mySets() {
        final List<LiveSet> mine = new ArrayList<>();
        for (final LiveSet set : sets.all()) {
            if (!set.leaving()
                    && set.state().pageBytes() == pageBytes
                    && set.state().pool().equals(pool.name())) {
                mine.add(set);
            }
        }
        return mine;
    }

    /** Does what can be done now; what it calls may call it again, which then only asks for another round. */
    private void pump() {
        if (pumping) {
            pumpAgain = true;
            return;
        }
        pumping = true;
        do {
            pumpAgain = false;
            serve();
            openMore();
            formMore();
        } while (pumpAgain);
        pumping = false;
    }

    private void serve() {
        while (!waiting.isEmpty()) {
            final ReadySlot slot = nextReady();
            if (slot == null) {
                return;
            }
            slot.set().readySlotsChanged(-1);
            waiting.remove().slotTaken(slot.set(), slot.slot());
        }
    }

    private ReadySlot nextReady() {
        for (int i = ready.size(); i > 0; i--) {
            final ReadySlot slot = ready.remove();
            if (slot.set().serving()) {
                return slot;
            }
            ready.addLast(slot);
        }
        return null;
    }

    private void openMore() {
        if (opening || !wanted || (waiting.isEmpty() && ready.size() > batchSlots / 2)) {
            return;
        }
        final LiveSet set = setToOpen();
        if (set == null) {
            return;
        }
        opening = true;
        batchSlots = Math.max(1, Math.min(batchSlotsMax, set.state().slotCount() / BATCHES_PER_SET));
        final List<Integer> slots = freeSlots(set);
        metadata.append(new SlotsOpened(set.id(), slots), true, result -> opened(set, slots, result));
    }

    private void opened(final LiveSet set, final List<Integer> slots, final AppendResult result) {
        opening = false;
        if (result.ok()) {
            slots.forEach(slot -> ready.add(new ReadySlot(set, slot)));
            set.readySlotsChanged(slots.size());
            lookAhead = true;
            pump();
        } else {
            refuseAll(Metadata.status(result));
        }
    }

    /** A healthy set if there is one, of those the oldest. */
    private LiveSet setToOpen() {
        LiveSet second = null;
        for (final LiveSet set : mySets()) {
            if (set.state().count(Slot.FREE) > 0) {
                if (set.healthy()) {
                    return set;
                }
                second = second == null && set.serving() ? set : second;
            }
        }
        return second;
    }

    private List<Integer> freeSlots(final LiveSet set) {
        final List<Integer> slots = new ArrayList<>();
        final int slotCount = set.state().slotCount();
        int slot = set.openHint();
        for (int looked = 0; looked < slotCount && slots.size() < batchSlots; looked++) {
            slot = slot < slotCount ? slot : 0;
            if (set.state().slot(slot) == Slot.FREE) {
                slots.add(slot);
            }
            slot++;
        }
        set.openHint(slot);
        return slots;
    }

    private void formMore() {
        if (forming || opening || !wanted) {
            return;
        }
        final boolean needed = !waiting.isEmpty() && setToOpen() == null;
        if (needed || (lookAhead && availableSlots() < batchSlots)) {
            forming = true;
            factory.form(pool, pageBytes).whenComplete((set, failure) -> formed(failure));
        }
        lookAhead = false;
    }

    private void formed(final Throwable failure) {
        forming = false;
        if (failure == null) {
            failedForms = 0;
            told = false;
            pump();
            return;
        }
        final boolean noRoom = Failures.code(failure) == StorageException.Code.NO_SPACE;
        if (!noRoom) {
            failedForms++;
            LOG.warn("set.form.failed pool={} attempt={} why={}", pool.name(), failedForms, Failures.message(failure));
        }
        if (waiting.isEmpty() || opening || setToOpen() != null) {
            pump();
        } else if (noRoom) {
            if (!keeper.freesSpaceFor(this)) {
                tellShort(failure);
                refuseAll(IoStatus.NO_SPACE);
            }
        } else if (factory.levelAway(pool)) {
            // All is looked at again when the level is back, or known to be gone.
            failedForms = 0;
        } else if (!factory.hasLevel(pool)) {
            refuseAll(IoStatus.OFFLINE);
        } else if (failedForms < FORM_ATTEMPTS) {
            pump();
        } else {
            refuseAll(IoStatus.IO_ERROR);
        }
    }

    /** Said once until the pool has grown again. */
    private void tellShort(final Throwable why) {
        if (!told) {
            told = true;
            LOG.warn("pool.short pool={} why=\"{}\"", pool.name(), Failures.message(why));
        }
    }

    private record ReadySlot(LiveSet set, int slot) {}
}
