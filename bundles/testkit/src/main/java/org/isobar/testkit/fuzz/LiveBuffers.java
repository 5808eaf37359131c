package org.isobar.testkit.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.isobar.common.Check;

/**
 * Counts the direct buffers that are allocated and not yet released, exactly, and collects what Netty's leak detector
 * finds. Sits where that detector sits, so {@link #install} has to come before the first buffer of the process.
 */
public final class LiveBuffers {
    private static final AtomicLong COUNT = new AtomicLong();
    private static final AtomicLong BYTES = new AtomicLong();
    private static final AtomicLong PEAK_BYTES = new AtomicLong();
    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

    static {
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new ResourceLeakDetectorFactory() {
            @Override
            @Deprecated
            public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                    final Class<T> resource, final int samplingInterval, final long maxActive) {
                return new Counter<>(resource, samplingInterval);
            }
        });
        final long before = COUNT.get();
        final ByteBuf probe = PooledByteBufAllocator.DEFAULT.directBuffer(1);
        Check.that(
                COUNT.get() == before + 1,
                "a test before this one used buffers uncounted: it has to call LiveBuffers.install() first");
        probe.release();
    }

    private LiveBuffers() {}

    /** Begins counting, unless that was done already; fails when a buffer was used before. */
    public static void install() {
        forgetPeak();
    }

    /** Buffers allocated and not released. */
    public static long count() {
        return COUNT.get();
    }

    /** Bytes of those buffers. */
    public static long bytes() {
        return BYTES.get();
    }

    /** Most bytes at a time since {@link #forgetPeak}. */
    public static long peakBytes() {
        return PEAK_BYTES.get();
    }

    /** Begins a new measurement of the peak. */
    public static void forgetPeak() {
        PEAK_BYTES.set(BYTES.get());
    }

    /** Leaks found by the detector, which looks only when its level says so. */
    public static Queue<String> leaks() {
        return LEAKS;
    }

    private static final class Counter<T> extends ResourceLeakDetector<T> {
        Counter(final Class<T> resource, final int samplingInterval) {
            super(resource, samplingInterval);
        }

        @Override
        public ResourceLeakTracker<T> track(final T resource) {
            return counted(resource, super.track(resource));
        }

        @Override
        public ResourceLeakTracker<T> trackForcibly(final T resource) {
            return counted(resource, super.trackForcibly(resource));
        }

        @Override
        protected void reportTracedLeak(final String resourceType, final String records) {
            LEAKS.add(resourceType + records);
        }

        @Override
        protected void reportUntracedLeak(final String resourceType) {
            LEAKS.add(resourceType);
        }

        private static <T> ResourceLeakTracker<T> counted(final T resource, final ResourceLeakTracker<T> tracker) {
            final long bytes = resource instanceof ByteBuf buffer ? buffer.capacity() : 0;
            COUNT.incrementAndGet();
            final long total = BYTES.addAndGet(bytes);
            PEAK_BYTES.accumulateAndGet(total, Math::max);
            return new Tracker<>(tracker, bytes);
        }
    }

    /** One live buffer. */
    private static final class Tracker<T> implements ResourceLeakTracker<T> {
        private final ResourceLeakTracker<T> inner;
        private final long bytes;

        Tracker(final ResourceLeakTracker<T> inner, final long bytes) {
            this.inner = inner;
            this.bytes = bytes;
        }

        @Override
        public void record() {
            if (inner != null) {
                inner.record();
            }
        }

        @Override
        public void record(final Object hint) {
            if (inner != null) {
                inner.record(hint);
            }
        }

        @Override
        public boolean close(final T resource) {
            COUNT.decrementAndGet();
            BYTES.addAndGet(-bytes);
            return inner == null || inner.close(resource);
        }
    }
}
