package org.isobar.pool.store;

import java.util.ArrayDeque;
import org.isobar.api.block.IoStatus;
import org.isobar.common.lane.Lane;
import org.isobar.common.lane.Lanes;
import org.isobar.common.time.Clock;

/** What all page spaces share: the sets, the pooled requests of each lane, and whether anything is served at all. */
final class DataPath {
    private final Lanes lanes;
    private final Clock clock;
    private final SetTable sets;
    private final Metadata metadata;
    private final FirstWrites firstWrites;
    private final ArrayDeque<PageRequest>[] spare;
    private SlotCleaner cleaner;
    private PageMoves moves;
    private volatile IoStatus refusal = IoStatus.OFFLINE;

    @SuppressWarnings({"unchecked", "rawtypes"})
    DataPath(
            final Lanes lanes,
            final Clock clock,
            final SetTable sets,
            final Metadata metadata,
            final FirstWrites firstWrites) {
        this.lanes = lanes;
        this.clock = clock;
        this.sets = sets;
        this.metadata = metadata;
        this.firstWrites = firstWrites;
        spare = new ArrayDeque[lanes.count()];
        for (int i = 0; i < spare.length; i++) {
            spare[i] = new ArrayDeque<>();
        }
    }

    void cleaner(final SlotCleaner slotCleaner) {
        cleaner = slotCleaner;
    }

    void moves(final PageMoves pageMoves) {
        moves = pageMoves;
    }

    PageMoves moves() {
        return moves;
    }

    Lane control() {
        return lanes.control();
    }

    Clock clock() {
        return clock;
    }

    SetTable sets() {
        return sets;
    }

    Metadata metadata() {
        return metadata;
    }

    FirstWrites firstWrites() {
        return firstWrites;
    }

    /** What every request ends in, or null while the store serves. */
    IoStatus refusal() {
        return refusal;
    }

    void refuse(final IoStatus why) {
        refusal = why;
    }

    void serve() {
        refusal = null;
    }

    /** A request of this lane, called on it. */
    PageRequest take(final Lane lane) {
        final PageRequest request = spare[lane.index()].poll();
        return request != null ? request : new PageRequest(this);
    }

    void give(final PageRequest request, final Lane lane) {
        spare[lane.index()].push(request);
    }

    /** A request has left a slot. */
    void unpin(final LiveSet set, final int slot, final long kind) {
        if (set.unpin(slot, kind)) {
            control().execute(() -> left(set, slot));
        }
    }

    private void left(final LiveSet set, final int slot) {
        moves.writersLeft(set, slot);
        cleaner.vacated(set, slot);
    }
}
