package org.isobar.pool.store;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.isobar.api.StorageException;
import org.isobar.api.block.IoStatus;
import org.isobar.common.buffer.Buffers;
import org.isobar.pool.log.AppendResult;
import org.isobar.pool.store.SpaceRecord.PageMoved;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One page on its way from a slot to a slot of another pool, while it is read and written. Control lane.
 *
 * <p>From the moment the page map says that the page is moving, what changes it comes here and is made in both slots; reads
 * go to the old one, from their own lanes. When the last writer that knew nothing of the move has left the old slot, it is
 * copied to the new one piece by piece. A piece and the changes that overlap it take turns, and so do changes that overlap
 * each other: both slots see them in one order. Then the new slot is flushed, and only then a record makes it the place of
 * the page; the old one is cleaned like any slot that held a page. Until the record is acknowledged the page lies in the
 * old slot: whatever fails, or a crash, leaves it there, and the new one is cleaned. A change that one of the slots refused
 * while the record was on its way ends by what became of the record.
 */
final class PageMove implements SlotSource.Taker {
    private static final Logger LOG = LoggerFactory.getLogger(PageMove.class);
    private static final int PIECE_BYTES = 256 << 10;
    private static final long BUSY_PAUSE_NS = 2_000_000;

    private final PageMoves moves;
    private final LivePageSpace space;
    private final long page;
    private final SlotSource target;
    private final CompletableFuture<Boolean> outcome = new CompletableFuture<>();
    private final List<Runnable> afterwards = new ArrayList<>();
    /** Changes that wait for what becomes of the record. */
    private final List<Change> undecided = new ArrayList<>();

    private TwoPlaces places;
    private ByteBuf buffer;
    private Stage stage = Stage.TAKING;
    private StorageException failure;
    private boolean stepOut;
    private int copiedBytes;

    PageMove(final PageMoves moves, final LivePageSpace space, final long page, final SlotSource target) {
        this.moves = moves;
        this.space = space;
        this.page = page;
        this.target = target;
    }

    /** How far it is. */
    private enum Stage {
        /** Waits for a slot in the other pool; nothing has changed yet. */
        TAKING,
        /** Waits for the writers that knew nothing of the move. */
        DRAINING,
        COPYING,
        /** Makes the copy survive power loss. */
        FLUSHING,
        /** The record is on its way. */
        SWITCHING,
        STAYED,
        MOVED
    }

    CompletionStage<Boolean> start() {
        space.moves().put(page, this);
        space.usePool(target.pool().name());
        target.take(this);
        return outcome;
    }

    @Override
    public void slotTaken(final LiveSet set, final int slot) {
        if (ended()) {
            target.giveBack(set, slot);
            return;
        }
        final long entry = space.state().table().entry(page);
        final LiveSet from = moves.path().sets().find(PageTable.set(entry));
        places = new TwoPlaces(moves.path(), from, PageTable.slot(entry), set, slot);
        buffer = Buffers.allocate(Math.min(PIECE_BYTES, space.pageBytes()));
        stage = Stage.DRAINING;
        moves.placed(this);
        space.state().table().moving(page, true);
        moves.drain(this, from, PageTable.slot(entry));
    }

    @Override
    public void slotRefused(final IoStatus why) {
        if (!ended()) {
            end(Stage.STAYED, failed("no slot in pool=" + target.pool().name(), why));
        }
    }

    /** The last writer that knew nothing of the move has left. */
    void drained() {
        stage = Stage.COPYING;
        nextStep();
    }

    /** A request for a part of the page; see {@link PageMoves#change}. */
    void change(final PageRequest request) {
        if (places == null) {
            request.goOn();
        } else if (!places.enter(new Change(request))) {
            request.finishLater(IoStatus.BUSY);
        }
    }

    /** The move is not wanted any more; {@code then} runs when it has ended, one way or the other. */
    void giveUp(final String why, final Runnable then) {
        afterwards.add(then);
        giveUp(new StorageException(StorageException.Code.CONFLICT, describe(why)));
    }

    /** The store serves no more. */
    void giveUp(final IoStatus why) {
        giveUp(failed("the page store stops", why));
    }

    /** What was written to a set may be lost. */
    void flushFailed(final LiveSet set, final IoStatus status) {
        if (set != places.to()) {
            return;
        }
        if (stage == Stage.SWITCHING) {
            space.flushFailed();
        } else {
            giveUp(failed("pool=" + target.pool().name() + " cannot be flushed", status));
        }
    }

    private void giveUp(final StorageException why) {
        if (failure == null && stage != Stage.SWITCHING && !ended()) {
            failure = why;
            if (places == null) {
                end(Stage.STAYED, failure);
            } else {
                places.hold();
                stayWhenIdle();
            }
        }
    }

    private boolean ended() {
        return stage == Stage.STAYED || stage == Stage.MOVED;
    }

    private void nextStep() {
        if (failure != null) {
            stayWhenIdle();
        } else if (moves.path().refusal() != null) {
            giveUp(moves.path().refusal());
        } else if (copiedBytes == space.pageBytes()) {
            stage = Stage.FLUSHING;
            stepOut = true;
            SlotIo.flush(moves.path(), places.to(), this::flushed);
        } else if (!places.enter(new Piece(copiedBytes, buffer.capacity()))) {
            moves.path().control().schedule(this::nextStep, BUSY_PAUSE_NS);
        }
    }

    private void flushed(final IoStatus status) {
        stepOut = false;
        if (status != IoStatus.OK) {
            giveUp(failed("pool=" + target.pool().name() + " cannot be flushed", status));
        }
        if (failure != null) {
            stayWhenIdle();
            return;
        }
        stage = Stage.SWITCHING;
        final PageMoved record = new PageMoved(space.volume(), page, places.to().id(), places.toSlot());
        moves.metadata().append(record, true, this::recorded);
    }

    private void recorded(final AppendResult result) {
        final List<Change> decided = new ArrayList<>(undecided);
        undecided.clear();
        if (result.ok()) {
            final PageTable table = space.state().table();
            table.synced(page, table.entry(page));
            space.pagesChanged(places.from().id(), -1);
            space.pagesChanged(places.to().id(), 1);
            moves.cleaner().clean(places.from(), places.fromSlot(), PageMove::tellNobody);
            end(Stage.MOVED, null);
            decided.forEach(change -> change.end(change.toStatus));
        } else {
            failure = failed("the move cannot be recorded", Metadata.status(result));
            stage = Stage.COPYING;
            places.hold();
            decided.forEach(change -> change.end(change.fromStatus));
            stayWhenIdle();
        }
    }

    /** The page stays where it was, once nothing goes to both places any more. */
    private void stayWhenIdle() {
        if (stepOut || places.busy() || ended()) {
            return;
        }
        if (failure.code() != StorageException.Code.CONFLICT) {
            LOG.warn("page.move.failed {}", failure.getMessage());
        }
        moves.stopDraining(places.from(), places.fromSlot());
        space.state().table().moving(page, false);
        moves.cleaner().clean(places.to(), places.toSlot(), PageMove::tellNobody);
        end(Stage.STAYED, failure);
    }

    private void end(final Stage as, final StorageException why) {
        stage = as;
        moves.ended(this);
        space.moves().remove(page, this);
        space.leavePool(target.pool().name());
        if (places != null) {
            places.close();
            buffer.release();
        }
        afterwards.forEach(moves.path().control()::execute);
        if (why == null) {
            outcome.complete(true);
        } else {
            outcome.completeExceptionally(why);
        }
    }

    private StorageException failed(final String what, final IoStatus status) {
        final StorageException.Code code =
                status == IoStatus.NO_SPACE ? StorageException.Code.NO_SPACE : StorageException.Code.UNAVAILABLE;
        return new StorageException(code, describe(what + " status=" + status));
    }

    private String describe(final String what) {
        return "page stays where it is: volume=" + space.volume() + " page=" + page + " why=" + what;
    }

    private static void tellNobody() {}

    /** A WRITE or ZERO, made in both slots. */
    private final class Change extends TwoPlaces.Work {
        private final PageRequest request;
        private IoStatus fromStatus;
        private IoStatus toStatus;

        Change(final PageRequest request) {
            super((int) (request.parent().offsetBytes() & (space.pageBytes() - 1L)), (int)
                    request.parent().lengthBytes());
            this.request = request;
        }

        @Override
        void start() {
            changeOld();
            changeNew();
        }

        private void changeOld() {
            SlotIo.change(moves.path(), places.from(), places.fromSlot(), fromBytes(), request.parent(), status -> {
                fromStatus = status;
                answered();
            });
        }

        private void changeNew() {
            SlotIo.change(moves.path(), places.to(), places.toSlot(), fromBytes(), request.parent(), status -> {
                toStatus = status;
                answered();
            });
        }

        @Override
        void turnedAway() {
            request.goOn();
        }

        private void answered() {
            if (fromStatus == null || toStatus == null) {
                return;
            }
            if (fromStatus == IoStatus.OK && toStatus == IoStatus.OK) {
                end(IoStatus.OK);
            } else if (stage == Stage.SWITCHING) {
                undecided.add(this);
            } else if (stage == Stage.MOVED) {
                end(toStatus);
            } else {
                final IoStatus worse = toStatus == IoStatus.OK ? fromStatus : toStatus;
                giveUp(failed("it could not be changed in both places", worse));
                end(fromStatus);
            }
        }

        private void end(final IoStatus status) {
            places.done(this);
            request.changedWhileMoving(status);
            if (failure != null) {
                stayWhenIdle();
            }
        }
    }

    /** A piece on its way from slot to slot. */
    private final class Piece extends TwoPlaces.Work {
        Piece(final int fromBytes, final int lengthBytes) {
            super(fromBytes, lengthBytes);
        }

        @Override
        void start() {
            stepOut = true;
            SlotIo.read(moves.path(), places.from(), places.fromSlot(), fromBytes(), buffer, this::read);
        }

        @Override
        void turnedAway() {
            // Nobody waits for it.
        }

        private void read(final IoStatus status) {
            if (status != IoStatus.OK || failure != null) {
                end(status, "it cannot be read in pool=" + space.poolOf(page));
                return;
            }
            SlotIo.write(
                    moves.path(),
                    places.to(),
                    places.toSlot(),
                    fromBytes(),
                    buffer,
                    written -> end(
                            written,
                            "it cannot be written in pool=" + target.pool().name()));
        }

        private void end(final IoStatus status, final String what) {
            stepOut = false;
            copiedBytes += lengthBytes();
            places.done(this);
            if (status != IoStatus.OK) {
                giveUp(failed(what, status));
            }
            nextStep();
        }
    }
}
