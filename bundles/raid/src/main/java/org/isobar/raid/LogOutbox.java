package org.isobar.raid;

import org.isobar.common.lane.Lane;

/**
 * What writes of a lane put in a log. It crosses over to the control lane once the lane has done what it is at, so those
 * of one request, or of all commands that came in one read from a socket, go together in one batch; whole stripes as soon as there are
 * a few of them, for a lane that takes them in has much to do. Entries hang on each other
 * on the way, so that nothing is allocated. Touched on its lane only.
 */
final class LogOutbox implements Runnable {
    private static final int WHOLE_MAX = 4;

    private final Lane lane;
    private LogEntry first;
    private LogEntry last;
    private int whole;
    /** Whether the lane will come by. */
    private boolean queued;

    LogOutbox(final Lane lane) {
        this.lane = lane;
    }

    void add(final LogEntry entry) {
        if (first == null) {
            first = entry;
        } else {
            last.followedBy(entry);
        }
        last = entry;
        whole += entry.hasSums() ? 1 : 0;
        if (whole == WHOLE_MAX) {
            send();
        } else if (!queued) {
            queued = true;
            lane.execute(this);
        }
    }

    @Override
    public void run() {
        queued = false;
        if (first != null) {
            send();
        }
    }

    private void send() {
        final LogEntry head = first;
        first = null;
        last = null;
        whole = 0;
        head.goToLog();
    }
}
