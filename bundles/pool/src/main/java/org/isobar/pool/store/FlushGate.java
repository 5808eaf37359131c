package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.raid.RaidSet;
import org.isobar.pool.log.AppendResult;

/**
 * Makes what the spaces of one pool wrote survive power loss. Flushes go in rounds: a round flushes the metadata log and
 * every set that was written since the last one; requests that come meanwhile share the next round. Control lane, but
 * for {@link #flush}.
 */
final class FlushGate {
    private static final int WAITING_MAX = 4096;
    private static final long BUSY_PAUSE_NS = 2_000_000;

    private final String pool;
    private final DataPath path;
    private final Spaces spaces;
    private List<Waiter> waiting = new ArrayList<>();
    private List<Waiter> round = new ArrayList<>();
    private boolean running;
    private int partsLeft;
    private boolean metadataFailed;

    FlushGate(final String pool, final DataPath path, final Spaces spaces) {
        this.pool = pool;
        this.path = path;
        this.spaces = spaces;
    }

    /** Who knows the spaces. */
    interface Spaces {
        /** Those with pages in a set. */
        List<LivePageSpace> withPagesIn(LiveSet set);
    }

    /** Starts a FLUSH, from its lane. */
    void flush(final LivePageSpace space, final IoRequest request) {
        path.control().execute(() -> enter(new Waiter(space, request)));
    }

    private void enter(final Waiter waiter) {
        if (waiting.size() >= WAITING_MAX) {
            waiter.request().completeOnLane(IoStatus.BUSY);
            return;
        }
        waiting.add(waiter);
        if (!running) {
            startRound();
        }
    }

    private void startRound() {
        running = true;
        round = waiting;
        waiting = new ArrayList<>();
        metadataFailed = false;
        final List<LiveSet> written = new ArrayList<>();
        for (final LiveSet set : path.sets().all()) {
            if (set.state().pool().equals(pool) && set.takeWritten()) {
                written.add(set);
            }
        }
        partsLeft = written.size() + 1;
        written.forEach(set -> new SetFlush(set).start());
        path.metadata().flush(this::metadataFlushed);
    }

    private void metadataFlushed(final AppendResult result) {
        metadataFailed = !result.ok();
        partDone();
    }

    private void setFlushed(final LiveSet set, final IoStatus status) {
        if (status != IoStatus.OK) {
            set.markWritten();
            spaces.withPagesIn(set).forEach(LivePageSpace::flushFailed);
            path.moves().flushFailed(set, status);
        }
        partDone();
    }

    private void partDone() {
        partsLeft--;
        if (partsLeft > 0) {
            return;
        }
        final Map<LivePageSpace, Boolean> failed = new HashMap<>();
        for (final Waiter waiter : round) {
            final boolean spaceFailed = failed.computeIfAbsent(waiter.space(), LivePageSpace::takeFlushFailed);
            waiter.request().completeOnLane(spaceFailed || metadataFailed ? IoStatus.IO_ERROR : IoStatus.OK);
        }
        round = new ArrayList<>();
        running = false;
        if (!waiting.isEmpty()) {
            path.control().execute(this::startNext);
        }
    }

    private void startNext() {
        if (!running) {
            startRound();
        }
    }

    private record Waiter(LivePageSpace space, IoRequest request) {}

    /** The FLUSH of one set. */
    private final class SetFlush extends IoRequest {
        private final LiveSet set;

        SetFlush(final LiveSet set) {
            this.set = set;
        }

        void start() {
            final RaidSet raid = set.raid();
            if (raid == null) {
                setFlushed(set, IoStatus.OFFLINE);
            } else {
                flush(path.control());
                raid.submit(this);
            }
        }

        @Override
        protected void completed(final IoStatus status) {
            if (status == IoStatus.BUSY) {
                path.control().schedule(this::start, BUSY_PAUSE_NS);
            } else {
                setFlushed(set, status);
            }
        }
    }
}
