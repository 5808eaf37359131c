package org.isobar.common.lane;

import io.netty.channel.IoEventLoop;
import java.util.concurrent.TimeUnit;

/** A lane of production: one Netty event loop. */
final class NettyLane implements Lane {
    private final NettyLanes owner;
    private final int index;
    private final IoEventLoop loop;

    NettyLane(final NettyLanes owner, final int index, final IoEventLoop loop) {
        this.owner = owner;
        this.index = index;
        this.loop = loop;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public boolean current() {
        return loop.inEventLoop();
    }

    @Override
    public void execute(final Runnable task) {
        loop.execute(task);
    }

    @Override
    public Timer schedule(final Runnable task, final long delayNs) {
        final LaneTimer timer = new LaneTimer(this, task);
        return timer.waitsWith(owner.timers().schedule(timer, delayNs, TimeUnit.NANOSECONDS));
    }

    @Override
    public String toString() {
        return "lane-" + index;
    }

    NettyLanes owner() {
        return owner;
    }

    IoEventLoop loop() {
        return loop;
    }
}
