package org.isobar.device;

/** The contract on the io_uring engine, buffered. */
public final class RingBufferedEngineTest extends EngineContract {
    public RingBufferedEngineTest() {
        super("io_uring", "io_uring", false);
    }
}
