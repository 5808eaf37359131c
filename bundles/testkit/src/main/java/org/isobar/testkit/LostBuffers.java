package org.isobar.testkit;

import io.netty.util.ResourceLeakDetector;
import org.junit.rules.ExternalResource;

/** For tests in which a process dies and takes its buffers with it: here they are left to the garbage collector. */
public final class LostBuffers extends ExternalResource {
    private ResourceLeakDetector.Level before;

    @Override
    protected void before() {
        before = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @Override
    protected void after() {
        ResourceLeakDetector.setLevel(before);
    }
}
