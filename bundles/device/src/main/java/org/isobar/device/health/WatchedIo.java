package org.isobar.device.health;

import io.netty.buffer.ByteBuf;
import org.isobar.api.block.IoOp;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;

/**
 * One request on its way through a device, in the place of the caller's own: so the caller's can be ended before the device has
 * done with it. Then this one lives on with a reference to the buffer until the device has ended it. Pooled by its
 * {@link LaneWatch}, whose lane owns it.
 */
public final class WatchedIo extends IoRequest implements Runnable {
    private final LaneWatch watch;
    private IoTarget target;
    private IoRequest caller;
    private ByteBuf kept;
    private int attempts;
    private boolean lasting;
    private boolean overdue;
    private boolean givenUp;
    private long beganNs;
    private long beganTick;
    private WatchedIo older;
    private WatchedIo younger;

    WatchedIo(final LaneWatch watch) {
        this.watch = watch;
    }

    void start(final IoRequest request, final IoTarget on, final long nowNs, final long tick) {
        caller = request;
        target = on;
        attempts = 0;
        lasting = false;
        overdue = false;
        givenUp = false;
        beganNs = nowNs;
        beganTick = tick;
        part(request, request.offsetBytes(), request.lengthBytes(), request.dataIndex());
        on.submit(this);
    }

    /** The device says that what failed would fail again. */
    public void fails() {
        lasting = true;
    }

    @Override
    protected void completed(final IoStatus status) {
        if (givenUp) {
            endLate();
        } else if (status == IoStatus.IO_ERROR && op() == IoOp.READ && !lasting && watch.mayRetry(attempts)) {
            attempts++;
            watch.retryLater(this);
        } else {
            final IoRequest ended = caller;
            watch.ended(this, status);
            forget();
            ended.complete(status);
        }
    }

    /** Tries again. */
    @Override
    public void run() {
        if (givenUp) {
            endLate();
        } else {
            part(caller, caller.offsetBytes(), caller.lengthBytes(), caller.dataIndex());
            target.submit(this);
        }
    }

    /** Ends the caller's request; the device may still use its buffer. */
    void giveUp() {
        givenUp = true;
        if (data() != null) {
            kept = data().retain();
        }
        final IoRequest ended = caller;
        caller = null;
        ended.complete(IoStatus.ABORTED);
    }

    private void endLate() {
        if (kept != null) {
            kept.release();
            kept = null;
        }
        watch.endedLate();
        forget();
    }

    private void forget() {
        caller = null;
        target = null;
        watch.recycle(this);
    }

    long beganNs() {
        return beganNs;
    }

    long beganTick() {
        return beganTick;
    }

    /** Whether it was noted that this takes longer than the time-out. */
    boolean overdue() {
        return overdue;
    }

    void becomesOverdue() {
        overdue = true;
    }

    WatchedIo older() {
        return older;
    }

    void older(final WatchedIo io) {
        older = io;
    }

    WatchedIo younger() {
        return younger;
    }

    void younger(final WatchedIo io) {
        younger = io;
    }
}
