package org.isobar.device;

/** The contract on the filechannel engine, direct. */
public final class ChannelDirectEngineTest extends EngineContract {
    public ChannelDirectEngineTest() {
        super("epoll", "filechannel", true);
    }
}
