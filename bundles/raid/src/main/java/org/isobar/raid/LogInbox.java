package org.isobar.raid;

import java.util.concurrent.atomic.AtomicReference;
import org.isobar.common.lane.Lane;

/**
 * Writes of a lane that the log lets be made in place. They begin as soon as the lane comes by, between two writes that it
 * takes in, rather than after all that it is at: that may be a millisecond of copying for a fast stream. Entries hang on each other,
 * so that nothing is allocated. The control lane adds, the lane takes.
 */
final class LogInbox implements Runnable {
    private final Lane lane;
    /** The last one that came, with the one before it to follow. */
    private final AtomicReference<LogEntry> last = new AtomicReference<>();

    private boolean taking;

    LogInbox(final Lane lane) {
        this.lane = lane;
    }

    void add(final LogEntry entry) {
        LogEntry before;
        do {
            before = last.get();
            entry.followedBy(before);
        } while (!last.compareAndSet(before, entry));
        if (before == null) {
            lane.execute(this);
        }
    }

    /** Begins all that are there, in the order in which they came. */
    @Override
    public void run() {
        if (taking || last.get() == null) {
            return;
        }
        // One that begins may end at once, and let another one come by here.
        taking = true;
        LogEntry first = null;
        for (LogEntry entry = last.getAndSet(null); entry != null; ) {
            final LogEntry before = entry.takeFollower();
            entry.followedBy(first);
            first = entry;
            entry = before;
        }
        while (first != null) {
            final LogEntry next = first.takeFollower();
            first.write().writeBesideLog();
            first = next;
        }
        taking = false;
    }
}
