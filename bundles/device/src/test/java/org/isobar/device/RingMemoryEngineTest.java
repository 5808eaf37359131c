package org.isobar.device;

import java.io.File;
import org.junit.Assume;
import org.junit.BeforeClass;

/** The contract on the io_uring engine, buffered, on a file that is memory. */
public final class RingMemoryEngineTest extends EngineContract {
    private static final File SHARED_MEMORY = new File("/dev/shm");

    public RingMemoryEngineTest() {
        super("io_uring", "io_uring", false, SHARED_MEMORY);
    }

    @Override
    boolean queues() {
        return false;
    }

    @BeforeClass
    public static void needsSharedMemory() {
        Assume.assumeTrue(SHARED_MEMORY.canWrite());
    }
}
