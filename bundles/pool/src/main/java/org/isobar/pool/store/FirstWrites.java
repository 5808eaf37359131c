package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.isobar.api.block.IoStatus;
import org.isobar.pool.log.AppendResult;
import org.isobar.pool.log.Done;
import org.isobar.pool.store.SpaceRecord.PagesMapped;

/**
 * Gives pages their slots: one slot at a time for a page, however many requests wait for it. A request goes on only when
 * the map record was acknowledged. Control lane.
 */
final class FirstWrites {
    /** Requests that may wait for slots; more end in BUSY. */
    static final int WAITING_MAX = 4096;

    private final Metadata metadata;
    private int waiting;

    FirstWrites(final Metadata metadata) {
        this.metadata = metadata;
    }

    void request(final PageRequest request) {
        final LivePageSpace space = request.space();
        final long page = request.page();
        if (space.closed()) {
            request.finishLater(IoStatus.OFFLINE);
        } else if (space.state().table().entry(page) != 0) {
            request.goOn();
        } else if (waiting >= WAITING_MAX) {
            request.finishLater(IoStatus.BUSY);
        } else {
            waiting++;
            final Map<Long, FirstWrite> underWay = space.firstWrites();
            final FirstWrite present = underWay.get(page);
            if (present != null) {
                present.requests.add(request);
            } else {
                final FirstWrite fresh = new FirstWrite(space, page);
                fresh.requests.add(request);
                underWay.put(page, fresh);
                fresh.source.take(fresh);
            }
        }
    }

    /** A page on its way to a slot. */
    final class FirstWrite implements SlotSource.Taker, Done {
        private final LivePageSpace space;
        private final long page;
        private final Placement placement;
        private SlotSource source;
        /** Sources that had no room. */
        private List<SlotSource> full = List.of();

        private final List<PageRequest> requests = new ArrayList<>(1);
        private LiveSet set;
        private int slot;
        private boolean durable;

        FirstWrite(final LivePageSpace space, final long page) {
            this.space = space;
            this.page = page;
            placement = space.placement();
            source = placement.choose(page);
        }

        @Override
        public void slotTaken(final LiveSet fromSet, final int takenSlot) {
            set = fromSet;
            slot = takenSlot;
            durable = requests.stream().anyMatch(PageRequest::wantsDurable);
            metadata.append(new PagesMapped(space.volume(), page, 1, set.id(), slot), durable, this);
        }

        @Override
        public void slotRefused(final IoStatus why) {
            final SlotSource other = why == IoStatus.NO_SPACE || why == IoStatus.IO_ERROR ? instead() : null;
            if (other == null) {
                end(why);
            } else {
                source = other;
                source.take(this);
            }
        }

        private SlotSource instead() {
            full = new ArrayList<>(full);
            full.add(source);
            return placement.instead(page, full);
        }

        @Override
        public void done(final AppendResult result) {
            if (result.ok()) {
                space.pagesChanged(set.id(), 1);
                if (durable) {
                    space.state().table().synced(page, space.state().table().entry(page));
                } else {
                    metadata.mappedUnsynced(space.state().table(), page);
                }
            } else if (result == AppendResult.NO_SPACE || result == AppendResult.BUSY) {
                source.giveBack(set, slot);
            }
            end(Metadata.status(result));
        }

        private void end(final IoStatus status) {
            space.firstWrites().remove(page);
            placement.settled(page);
            waiting -= requests.size();
            for (final PageRequest request : requests) {
                if (status == IoStatus.OK) {
                    request.goOn();
                } else {
                    request.finishLater(status);
                }
            }
            space.firstWriteEnded();
        }
    }
}
