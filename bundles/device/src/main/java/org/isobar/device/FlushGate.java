package org.isobar.device;

import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.common.lane.Lane;

/**
 * Lets one sync of a device run at a time and answers all flushes that it covers. The kernel reports a failed
 * write-back to one sync only and then forgets it; so every flush that was waiting when a sync failed fails with it,
 * whichever lane it came from. A flush with nothing written since the last good sync costs no system call.
 */
final class FlushGate {
    private final DeviceIo io;

    /** Something finished writing since the last sync began. True at first: an earlier process may have left work. */
    private volatile boolean unflushed = true;

    // Guarded by this; held for a few assignments, never while anything is submitted or completed.
    private boolean syncing;
    private boolean failed;
    private IoRequest batch;
    private IoRequest waiting;

    FlushGate(final DeviceIo io) {
        this.io = io;
    }

    /** A write finished; called before its completion is told to anybody. */
    void written() {
        if (!unflushed) {
            unflushed = true;
        }
    }

    /** A write failed: the next flush fails too. */
    synchronized void writeFailed() {
        failed = true;
    }

    /** Ends the request once all that finished before now is on stable media. On the request's lane. */
    void flush(final IoRequest request) {
        final boolean clean;
        final boolean start;
        synchronized (this) {
            clean = !syncing && !unflushed && !failed;
            start = !syncing && !clean;
            if (start) {
                syncing = true;
                unflushed = false;
                request.next(null);
                batch = request;
            } else if (!clean) {
                request.next(waiting);
                waiting = request;
            }
        }
        if (clean) {
            request.complete(IoStatus.OK);
        } else if (start) {
            io.sync(request.lane());
        }
    }

    /** The sync has ended, on {@code lane}. */
    void synced(final Lane lane, final IoStatus result) {
        final IoRequest done;
        final IoRequest alsoFailed;
        final IoStatus status;
        final boolean again;
        synchronized (this) {
            status = failed && result == IoStatus.OK ? IoStatus.IO_ERROR : result;
            failed = false;
            done = batch;
            again = status == IoStatus.OK && waiting != null;
            batch = again ? waiting : null;
            alsoFailed = again ? null : waiting;
            waiting = null;
            syncing = again;
            if (again) {
                unflushed = false;
            } else if (status != IoStatus.OK) {
                unflushed = true;
            }
        }
        if (again) {
            io.sync(lane);
        }
        completeAll(done, status);
        completeAll(alsoFailed, status);
    }

    private static void completeAll(final IoRequest first, final IoStatus status) {
        IoRequest request = first;
        while (request != null) {
            final IoRequest following = request.next();
            request.completeOnLane(status);
            request = following;
        }
    }
}
