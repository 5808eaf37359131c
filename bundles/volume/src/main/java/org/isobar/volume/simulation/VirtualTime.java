package org.isobar.volume.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.isobar.common.lane.Lane;
import org.isobar.common.time.Clock;

/** Time that passes when it is told to, and a lane whose tasks run meanwhile. One thread. */
public final class VirtualTime implements Clock, Lane {
    private static final long NS_PER_MS = 1_000_000;

    private final PriorityQueue<Due> due =
            new PriorityQueue<>(Comparator.comparingLong(Due::atNs).thenComparingLong(Due::number));
    private long nowNs;
    private long lastNumber;

    private record Due(long atNs, long number, Runnable task) {}

    /** Lets time pass, and runs what is due. */
    public void pass(final long ns) {
        final long untilNs = nowNs + ns;
        while (!due.isEmpty() && due.peek().atNs <= untilNs) {
            final Due next = due.poll();
            nowNs = Math.max(nowNs, next.atNs);
            next.task.run();
        }
        nowNs = untilNs;
    }

    @Override
    public long nanoTime() {
        return nowNs;
    }

    @Override
    public long wallMs() {
        return nowNs / NS_PER_MS;
    }

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
        schedule(task, 0);
    }

    @Override
    public Timer schedule(final Runnable task, final long delayNs) {
        lastNumber++;
        final Due one = new Due(nowNs + delayNs, lastNumber, task);
        due.add(one);
        return () -> due.remove(one);
    }
}
