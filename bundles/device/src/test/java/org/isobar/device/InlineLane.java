package org.isobar.device;

import java.util.ArrayDeque;
import java.util.Deque;
import org.isobar.common.lane.Lane;

/** A lane that the test's thread is always on; what is executed runs when the test says so. */
final class InlineLane implements Lane {
    private final Deque<Runnable> queued = new ArrayDeque<>();

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
        throw new UnsupportedOperationException();
    }

    void run() {
        while (!queued.isEmpty()) {
            queued.poll().run();
        }
    }
}
