package org.isobar.testkit.throttle;

import java.util.concurrent.atomic.AtomicInteger;
import org.isobar.api.block.BlockLayer;
import org.isobar.api.block.IoRequest;
import org.isobar.api.block.IoStatus;
import org.isobar.common.time.Clock;

/**
 * Holds each request, on its lane's timer, for as long as a slower device would take, then passes it on. So a request takes the
 * reckoned time and whatever the layer inside takes.
 */
public final class ThrottledLayer implements BlockLayer {
    /** Requests held at the same time; one more is BUSY. */
    static final int HELD_MAX = 8192;

    private final BlockLayer inside;
    private final ServiceTimes times;
    private final Clock clock;
    private final AtomicInteger held = new AtomicInteger();

    /** A layer as slow as it says. */
    public ThrottledLayer(final BlockLayer inside, final ThrottleSpec spec, final Clock clock) {
        this(inside, new ServiceTimes(spec), clock);
    }

    /** One of several ways to the same device. */
    ThrottledLayer(final BlockLayer inside, final ServiceTimes times, final Clock clock) {
        this.inside = inside;
        this.times = times;
        this.clock = clock;
    }

    @Override
    public long sizeBytes() {
        return inside.sizeBytes();
    }

    @Override
    public int blockBytes() {
        return inside.blockBytes();
    }

    @Override
    public void submit(final IoRequest request) {
        if (held.incrementAndGet() > HELD_MAX) {
            held.decrementAndGet();
            request.complete(IoStatus.BUSY);
            return;
        }
        final long nowNs = clock.nanoTime();
        final long waitNs = times.endNs(request, nowNs) - nowNs;
        if (waitNs <= 0) {
            pass(request);
        } else {
            request.lane().schedule(() -> pass(request), waitNs);
        }
    }

    private void pass(final IoRequest request) {
        held.decrementAndGet();
        inside.submit(request);
    }
}
