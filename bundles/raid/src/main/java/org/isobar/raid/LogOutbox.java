package org.isobar.raid;

import org.isobar.common.lane.Lane;

/**
 * The writes of a lane that go to a log. They cross over to the control lane once the lane has done what it is at, so those
 * of one request, or of all commands that came in one read from a socket, go together in one batch. They hang on each other
 * on the way, so that nothing is allocated. Touched on its lane only.
 */
final class LogOutbox implements Runnable {
    private final Lane lane;
    private GroupWrite first;
    private GroupWrite last;

    LogOutbox(final Lane lane) {
        this.lane = lane;
    }

    void add(final GroupWrite write) {
        if (first == null) {
            first = write;
            lane.execute(this);
        } else {
            last.followedBy(write);
        }
        last = write;
    }

    @Override
    public void run() {
        final GroupWrite head = first;
        first = null;
        last = null;
        head.goToLog();
    }
}
