package org.isobar.device;

import java.util.ArrayDeque;
import java.util.Deque;
import org.isobar.common.lane.Lane;

/** A lane that the test's thread is always on; what is executed or scheduled runs when the test says so. */
final class InlineLane implements Lane {
    private final Deque<Runnable> queued = new ArrayDeque<>();
    private final Deque<Runnable> scheduled = new ArrayDeque<>();

    @Override
    public int index() {
        return 0;
    }

    @Override
    public boolean current() {
        return true;
    }

    @Override
    public void execute(final Runnable task) {
        queued.add(task);
    }

    @Override
    public Timer schedule(final Runnable task, final long delayNs) {
        scheduled.add(task);
        return () -> scheduled.remove(task);
    }

    /** Runs what was scheduled so far; answers how many tasks that were. */
    int runScheduled() {
        final int due = scheduled.size();
        for (int i = 0; i < due; i++) {
            scheduled.poll().run();
        }
        return due;
    }

    void run() {
        while (!queued.isEmpty()) {
            queued.poll().run();
        }
    }
}
