package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoStatus;

/** The moves of pages that are under way. Control lane. */
final class PageMoves {
    private final DataPath path;
    private final Metadata metadata;
    private final SlotCleaner cleaner;
    /** Moves that wait for the last writer to leave a slot. */
    private final Map<Place, PageMove> draining = new HashMap<>();
    /** Those that have both slots. */
    private final List<PageMove> placed = new ArrayList<>();

    PageMoves(final DataPath path, final Metadata metadata, final SlotCleaner cleaner) {
        this.path = path;
        this.metadata = metadata;
        this.cleaner = cleaner;
    }

    /** Begins; see {@link SpaceRegistry#move}. */
    CompletionStage<Boolean> move(final LivePageSpace space, final long page, final SlotSource target) {
        if (space.moves().containsKey(page) || space.unmapping().containsKey(page)) {
            throw new StorageException(
                    StorageException.Code.CONFLICT,
                    "page is being moved or freed: volume=" + space.volume() + " page=" + page);
        }
        return new PageMove(this, space, page, target).start();
    }

    /** A WRITE or ZERO of a part of a page that was being moved when it was looked up. */
    void change(final PageRequest request) {
        final PageMove move = request.space().moves().get(request.page());
        if (move == null) {
            request.goOn();
        } else {
            move.change(request);
        }
    }

    /** Somebody has left a slot, and somebody waits for it. */
    void writersLeft(final LiveSet set, final int slot) {
        final PageMove move = draining.get(new Place(set.id(), slot));
        if (move != null && set.writersGoneOrAwaited(slot)) {
            draining.remove(new Place(set.id(), slot));
            move.drained();
        }
    }

    /** What was written to a set may be lost. */
    void flushFailed(final LiveSet set, final IoStatus status) {
        new ArrayList<>(placed).forEach(move -> move.flushFailed(set, status));
    }

    /** The store serves no more: nothing is begun any more. */
    void quit(final IoStatus why) {
        new ArrayList<>(placed).forEach(move -> move.giveUp(why));
    }

    void placed(final PageMove move) {
        placed.add(move);
    }

    void ended(final PageMove move) {
        placed.remove(move);
    }

    /** {@link PageMove#drained} is called when no writer is in the slot, at once or later. */
    void drain(final PageMove move, final LiveSet set, final int slot) {
        if (set.writersGoneOrAwaited(slot)) {
            move.drained();
        } else {
            draining.put(new Place(set.id(), slot), move);
        }
    }

    void stopDraining(final LiveSet set, final int slot) {
        if (draining.remove(new Place(set.id(), slot)) != null) {
            set.awaitNoWriters(slot);
        }
    }

    DataPath path() {
        return path;
    }

    Metadata metadata() {
        return metadata;
    }

    SlotCleaner cleaner() {
        return cleaner;
    }

    private record Place(int set, int slot) {}
}
