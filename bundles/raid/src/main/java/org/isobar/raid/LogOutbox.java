package org.isobar.raid;

import org.isobar.common.lane.Lane;

/**
 * What writes of a lane put in a log. It crosses over to the control lane once the lane has done what it is at, so those
 * of one request, or of all commands that came in one read from a socket, go together in one batch. Entries hang on each other
 * on the way, so that nothing is allocated. Touched on its lane only.
 */
final class LogOutbox implements Runnable {
    private final Lane lane;
    private LogEntry first;
    private LogEntry last;

    LogOutbox(final Lane lane) {
        this.lane = lane;
    }

    void add(final LogEntry entry) {
        if (first == null) {
            first = entry;
            lane.execute(this);
        } else {
            last.followedBy(entry);
        }
        last = entry;
    }

    @Override
    public void run() {
        final LogEntry head = first;
        first = null;
        last = null;
        head.goToLog();
    }
}
