package org.isobar.device;

/** The contract on the io_uring engine, direct. */
public final class RingDirectEngineTest extends EngineContract {
    public RingDirectEngineTest() {
        super("io_uring", "io_uring", true);
    }
}
