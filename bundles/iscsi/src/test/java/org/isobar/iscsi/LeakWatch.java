package org.isobar.iscsi;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.isobar.common.buffer.Buffers;
import org.junit.Assert;

/** Collects the leaks that Netty's detector finds; has to be touched before any buffer is allocated. */
final class LeakWatch {
    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

    static {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new ResourceLeakDetectorFactory() {
            @Override
            @Deprecated
            public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                    final Class<T> resource, final int samplingInterval, final long maxActive) {
                return new Detector<>(resource, samplingInterval);
            }
        });
    }

    private LeakWatch() {}

    static void begin() {
        LEAKS.clear();
    }

    /** Collects garbage, lets the detector look, and asserts that it found nothing. */
    static void assertNoLeaks() {
        System.gc();
        for (int i = 0; i < 64; i++) {
            Buffers.allocate(512).release();
        }
        Assert.assertTrue(String.join("\n", LEAKS), LEAKS.isEmpty());
    }

    private static final class Detector<T> extends ResourceLeakDetector<T> {
        Detector(final Class<T> resource, final int samplingInterval) {
            super(resource, samplingInterval);
        }

        @Override
        protected void reportTracedLeak(final String resourceType, final String records) {
            LEAKS.add(resourceType + records);
        }

        @Override
        protected void reportUntracedLeak(final String resourceType) {
            LEAKS.add(resourceType);
        }
    }
}
