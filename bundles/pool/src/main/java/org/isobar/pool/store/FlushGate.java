package org.isobar.pool.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.api.raid.RaidSet;
import org.isobar.common.lane.Lane;
import org.isobar.pool.log.AppendResult;

/**
 * Makes what the spaces of one pool wrote survive power loss. Flushes go in rounds: a round flushes the metadata log and
 * every set that was written since the last one; requests that come meanwhile share the next round. Writers that flush one write
 * after the other come back soon after a round: when there were several, the next round waits for as many, an eighth of
 * the time that a round takes at most, for it would leave the others to the round after it. Control lane, but for {@link #flush}.
 */
final class FlushGate {
    private static final int WAITING_MAX = 4096;
    private static final long BUSY_PAUSE_NS = 2_000_000;
    /** A round waits for company for one part in so many of what the last one took. */
    private static final int PATIENCE_PART = 8;

    private static final long PATIENCE_NS_MAX = 2_000_000;
    /** Less is not worth a timer. */
    private static final long PATIENCE_NS_MIN = 100_000;

    private final String pool;
    private final DataPath path;
    private final Spaces spaces;
    private List<Waiter> waiting = new ArrayList<>();
    private List<Waiter> round = new ArrayList<>();
    private boolean running;
    private long begunNs;
    /** Requests that are likely to come by the next round, and how long that waits for them. */
    private int expected;

    private long patienceNs;
    /** Runs while a round waits for company. */
    private Lane.Timer patience;

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
            startTogether();
        }
    }

    private void startTogether() {
        if (waiting.size() >= expected || patienceNs < PATIENCE_NS_MIN) {
            startRound();
        } else if (patience == null) {
            patience = path.control().schedule(this::startAlone, patienceNs);
        }
    }

    private void startAlone() {
        if (patience != null) {
            startRound();
        }
    }

    private void startRound() {
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
        running = true;
        begunNs = path.clock().nanoTime();
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
        expected = round.size() + waiting.size();
        patienceNs = Math.min(PATIENCE_NS_MAX, (path.clock().nanoTime() - begunNs) / PATIENCE_PART);
        round = new ArrayList<>();
        running = false;
        if (!waiting.isEmpty()) {
            path.control().execute(this::startNext);
        }
    }

    private void startNext() {
        if (!running) {
            startTogether();
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
