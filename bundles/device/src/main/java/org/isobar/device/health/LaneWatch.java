package org.isobar.device.health;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.common.lane.Lane;

/**
 * What one lane has under way on one device: measures it, tries failed reads again, and notices what does not end. Owned by
 * the lane, but for the counters, which it alone writes and anybody reads.
 *
 * <p>How long an operation has been under way is counted in ticks of this lane and not in time: a member that was stopped for a
 * minute, or a lane that was busy, must not hold that against its devices.
 */
final class LaneWatch implements Runnable {
    /** Ticks that make a time-out. */
    private static final int TICKS_PER_TIMEOUT = 8;

    private static final int POOLED_MAX = 1024;

    private final Lane lane;
    private final IoWatch owner;
    private final int retriesMax;
    private final long retryDelayNs;
    private final long tickNs;
    private final long limitTicks;
    private final AtomicLongArray counts = new AtomicLongArray(Counters.SIZE);
    private final ArrayDeque<WatchedIo> pool = new ArrayDeque<>();
    private WatchedIo oldest;
    private WatchedIo youngest;
    private long tick;
    private boolean ticking;

    LaneWatch(final Lane lane, final IoWatch owner, final HealthSettings settings) {
        this.lane = lane;
        this.owner = owner;
        retriesMax = settings.readRetries();
        retryDelayNs = settings.retryDelayNs();
        tickNs = TimeUnit.MILLISECONDS.toNanos(settings.timeoutMs()) / TICKS_PER_TIMEOUT;
        limitTicks =
                Math.max(TICKS_PER_TIMEOUT, (TimeUnit.MILLISECONDS.toNanos(settings.limitMs()) + tickNs - 1) / tickNs);
    }

    AtomicLongArray counts() {
        return counts;
    }

    Lane lane() {
        return lane;
    }

    void submit(final IoRequest request, final IoTarget target) {
        final WatchedIo pooled = pool.pollLast();
        final WatchedIo io = pooled == null ? new WatchedIo(this) : pooled;
        append(io);
        if (!ticking) {
            ticking = true;
            lane.schedule(this, tickNs);
        }
        io.start(request, target, owner.nanoTime(), tick);
    }

    /** Looks for what does not end. */
    @Override
    public void run() {
        if (oldest == null) {
            ticking = false;
            return;
        }
        tick++;
        boolean overLimit = false;
        for (WatchedIo io = oldest; io != null && tick - io.beganTick() > TICKS_PER_TIMEOUT; io = io.younger()) {
            if (!io.overdue()) {
                io.becomesOverdue();
                add(Counters.TIMEOUTS, 1);
                add(Counters.STUCK, 1);
            }
            overLimit |= tick - io.beganTick() > limitTicks;
        }
        if (overLimit) {
            owner.overLimit();
        }
        lane.schedule(this, tickNs);
    }

    /** Ends everything under way with ABORTED. */
    void giveUpAll() {
        while (oldest != null) {
            final WatchedIo io = oldest;
            remove(io);
            add(Counters.GIVEN_UP, 1);
            io.giveUp();
        }
    }

    boolean mayRetry(final int attempts) {
        return attempts < retriesMax;
    }

    void retryLater(final WatchedIo io) {
        add(Counters.RETRIES, 1);
        lane.schedule(io, retryDelayNs);
    }

    void ended(final WatchedIo io, final IoStatus status) {
        remove(io);
        final IoOp op = io.op();
        if (status == IoStatus.OK) {
            final int kind = Counters.kind(op);
            if (kind >= 0) {
                final long tookNs = owner.nanoTime() - io.beganNs();
                add(Counters.sum(kind), tookNs);
                add(Counters.bucket(kind, LatencyScale.bucket(tookNs)), 1);
            }
            if (op != IoOp.READ) {
                owner.wrote();
            }
        } else if (status == IoStatus.IO_ERROR) {
            add(op == IoOp.READ ? Counters.READ_ERRORS : Counters.WRITE_ERRORS, 1);
            if (op != IoOp.READ) {
                owner.writeFailed();
            }
        }
    }

    void endedLate() {
        add(Counters.LATE_ENDS, 1);
    }

    void recycle(final WatchedIo io) {
        if (pool.size() < POOLED_MAX) {
            pool.addLast(io);
        }
    }

    private void append(final WatchedIo io) {
        io.older(youngest);
        io.younger(null);
        if (youngest == null) {
            oldest = io;
        } else {
            youngest.younger(io);
        }
        youngest = io;
    }

    private void remove(final WatchedIo io) {
        if (io.overdue()) {
            add(Counters.STUCK, -1);
        }
        if (io.older() == null) {
            oldest = io.younger();
        } else {
            io.older().younger(io.younger());
        }
        if (io.younger() == null) {
            youngest = io.older();
        } else {
            io.younger().older(io.older());
        }
    }

    /** Only this lane writes, so that no atomic addition is needed. */
    private void add(final int index, final long value) {
        counts.lazySet(index, counts.getPlain(index) + value);
    }
}
