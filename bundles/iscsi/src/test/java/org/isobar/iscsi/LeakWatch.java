package org.isobar.iscsi;

import io.netty.util.ResourceLeakDetector;
import org.isobar.common.buffer.Buffers;
import org.isobar.testkit.fuzz.LiveBuffers;
import org.junit.Assert;

/** Asserts that Netty's leak detector finds nothing; has to be touched before any buffer is allocated. */
final class LeakWatch {
    static {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        LiveBuffers.install();
    }

    private LeakWatch() {}

    static void begin() {
        LiveBuffers.leaks().clear();
    }

    /** Collects garbage, lets the detector look, and asserts that it found nothing. */
    static void assertNoLeaks() {
        System.gc();
        for (int i = 0; i < 64; i++) {
            Buffers.allocate(512).release();
        }
        Assert.assertTrue(
                String.join("\n", LiveBuffers.leaks()), LiveBuffers.leaks().isEmpty());
    }
}
