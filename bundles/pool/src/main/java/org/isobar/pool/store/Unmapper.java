package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.isobar.api.block.IoStatus;
import org.isobar.common.lane.Lane;
import org.isobar.pool.log.AppendResult;
import org.isobar.pool.log.Done;
import org.isobar.pool.store.SpaceRecord.PagesUnmapped;

/**
 * Takes pages out of the map, a bounded number with each record, and hands their slots to the cleaner. Requests go on by
 * the old entry until the record is acknowledged. Control lane.
 */
final class Unmapper {
    private static final int BATCH_PAGES = 256;
    /** Table entries looked at in one turn of the lane. */
    private static final int LOOKS_PER_TURN = 1 << 16;

    private final Lane control;
    private final Metadata metadata;
    private final SetTable sets;
    private final SlotCleaner cleaner;

    Unmapper(final Lane control, final Metadata metadata, final SetTable sets, final SlotCleaner cleaner) {
        this.control = control;
        this.metadata = metadata;
        this.sets = sets;
        this.cleaner = cleaner;
    }

    /**
     * Unmaps all pages of {@code [from, to)} that have a slot.
     *
     * @param durable whether OK must mean stable media
     * @param freed told once for each slot that is FREE again, long after
     * @param end hears how it ended
     */
    void unmap(
            final LivePageSpace space,
            final long from,
            final long to,
            final boolean durable,
            final Runnable freed,
            final Consumer<IoStatus> end) {
        new Run(space, from, to, durable, freed, end).step();
    }

    /** Pages whose unmap record is on its way. */
    final class Batch implements Done {
        private final Run run;
        private final List<Long> pages = new ArrayList<>();
        /** Where they lay; looked up while the record is not applied yet. */
        private final List<Integer> setIds = new ArrayList<>();

        private final List<Integer> slots = new ArrayList<>();
        private final List<Runnable> waiting = new ArrayList<>();

        private Batch(final Run run) {
            this.run = run;
        }

        private void start() {
            for (final long page : pages) {
                setIds.add((int) run.space.state().setOf(page));
                slots.add(run.space.state().slotOf(page));
            }
            metadata.append(new PagesUnmapped(run.space.volume(), pages), run.durable, this);
        }

        @Override
        public void done(final AppendResult result) {
            pages.forEach(run.space.unmapping()::remove);
            if (result.ok()) {
                for (int i = 0; i < slots.size(); i++) {
                    run.space.pagesChanged(setIds.get(i), -1);
                    cleaner.clean(sets.find(setIds.get(i)), slots.get(i), run.freed);
                }
                control.execute(run::step);
            } else {
                run.end.accept(Metadata.status(result));
            }
            waiting.forEach(control::execute);
        }
    }

    private final class Run {
        private final LivePageSpace space;
        private final long to;
        private final boolean durable;
        private final Runnable freed;
        private final Consumer<IoStatus> end;
        private long next;

        Run(
                final LivePageSpace space,
                final long from,
                final long to,
                final boolean durable,
                final Runnable freed,
                final Consumer<IoStatus> end) {
            this.space = space;
            this.to = to;
            this.durable = durable;
            this.freed = freed;
            this.end = end;
            next = from;
        }

        void step() {
            final Batch batch = new Batch(this);
            final long turnEnd = Math.min(to, next + LOOKS_PER_TURN);
            while (batch.pages.size() < BATCH_PAGES && next < turnEnd) {
                next = space.state().nextMapped(next, turnEnd);
                final Batch other = next < turnEnd ? space.unmapping().get(next) : null;
                if (other != null) {
                    if (batch.pages.isEmpty()) {
                        other.waiting.add(this::step);
                        return;
                    }
                    break;
                }
                final PageMove move = next < turnEnd ? space.moves().get(next) : null;
                if (move != null) {
                    if (batch.pages.isEmpty()) {
                        move.giveUp("the page is freed", this::step);
                        return;
                    }
                    break;
                }
                if (next < turnEnd) {
                    batch.pages.add(next);
                    next++;
                }
            }
            if (!batch.pages.isEmpty()) {
                batch.pages.forEach(page -> space.unmapping().put(page, batch));
                batch.start();
            } else if (next < to) {
                control.execute(this::step);
            } else {
                end.accept(IoStatus.OK);
            }
        }
    }
}
