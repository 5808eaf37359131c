package org.isobar.device;

/** The contract on the filechannel engine, buffered. */
public final class ChannelBufferedEngineTest extends EngineContract {
    public ChannelBufferedEngineTest() {
        super("nio", "filechannel", false);
    }
}
