package org.isobar.itests.simulation;

import io.netty.util.ResourceLeakDetector;
import org.junit.rules.ExternalResource;

/** A process that dies takes its buffers with it; here they are left to the garbage collector. */
final class LostBuffers extends ExternalResource {
    private ResourceLeakDetector.Level leakLevel;

    @Override
    protected void before() {
        leakLevel = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @Override
    protected void after() {
        ResourceLeakDetector.setLevel(leakLevel);
    }
}
