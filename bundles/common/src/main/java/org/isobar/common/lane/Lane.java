package org.isobar.common.lane;

import java.util.concurrent.Executor;

/**
 * A single-threaded event loop. State that a lane owns is touched on that lane only; others send it a message with
 * {@link #execute}. Nothing that runs on a lane may block. In production a lane is a Netty event loop (one per core,
 * sockets and devices on the same ring); in simulation it is a queue of a single-threaded scheduler.
 */
public interface Lane extends Executor {
    /** Zero-based, less than {@link Lanes#count()}; an index into per-lane tables. */
    int index();

    /** Whether the caller runs on this lane. */
    boolean current();

    /** Runs {@code task} on this lane, after what was queued before it; never inside this call. Any thread may call. */
    @Override
    void execute(Runnable task);

    /** Runs {@code task} on this lane after at least {@code delayNs} nanoseconds. Any thread may call. */
    Timer schedule(Runnable task, long delayNs);

    /** A scheduled task. */
    interface Timer {
        /** Prevents the task from running when it has not begun; harmless otherwise. */
        void cancel();
    }
}
