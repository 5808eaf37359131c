package org.isobar.common.policy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.isobar.common.lane.Lane;
import org.isobar.common.time.Clock;

/** A lane, a clock and what is off the lane, moved on by the test. */
final class ManualLane implements Lane, Clock {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final Deque<Runnable> offLane = new ArrayDeque<>();
    private final List<Due> timers = new ArrayList<>();
    private long nowNs;

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
        tasks.add(task);
    }

    @Override
    public Timer schedule(final Runnable task, final long delayNs) {
        final Due due = new Due(nowNs + delayNs, task);
        timers.add(due);
        return () -> timers.remove(due);
    }

    /** What waits to be run off the lane. */
    void offLane(final Runnable task) {
        offLane.add(task);
    }

    /** Runs the lane's tasks. */
    void run() {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    /** Runs everything but timers. */
    void runAll() {
        run();
        while (!offLane.isEmpty()) {
            offLane.remove().run();
            run();
        }
    }

    /** Time passes, without a look at the timers. */
    void pass(final long ns) {
        nowNs += ns;
    }

    /** Runs the timers that are due. */
    void runTimers() {
        for (final Due due : List.copyOf(timers)) {
            if (due.atNs <= nowNs && timers.remove(due)) {
                due.task.run();
            }
        }
        run();
    }

    @Override
    public long nanoTime() {
        return nowNs;
    }

    @Override
    public long wallMs() {
        return 0;
    }

    private record Due(long atNs, Runnable task) {}
}
