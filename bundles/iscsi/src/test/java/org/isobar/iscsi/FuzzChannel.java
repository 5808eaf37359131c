package org.isobar.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DuplexChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** A TCP connection of which only the target's end exists: what it writes is kept until fetched. */
final class FuzzChannel extends EmbeddedChannel implements DuplexChannel {
    private static final int LOW_BYTES = 4096;
    private static final int HIGH_BYTES = 16_384;

    /** Null while the superclass constructs itself. */
    private Runnable readAgain;

    private boolean stalled;
    private boolean outputShut;

    FuzzChannel() {
        config().setAllocator(UnpooledByteBufAllocator.DEFAULT);
        config().setWriteBufferWaterMark(new WriteBufferWaterMark(LOW_BYTES, HIGH_BYTES));
    }

    /** What to do when the target wants to read again, after it wanted not to. */
    void whenRead(final Runnable deliver) {
        readAgain = deliver;
    }

    /** From now on the initiator fetches nothing. */
    void stall() {
        stalled = true;
    }

    /** The initiator fetches what has piled up, and what follows. */
    void goOn() {
        stalled = false;
        unsafe().flush();
    }

    @Override
    protected void doBeginRead() {
        if (readAgain != null) {
            readAgain.run();
        }
    }

    @Override
    protected void doWrite(final ChannelOutboundBuffer in) throws Exception {
        if (!stalled) {
            super.doWrite(in);
        }
    }

    /** The next bytes that the target sent, or null; the caller releases them. */
    ByteBuf fetch() {
        return readOutbound();
    }

    @Override
    protected SocketAddress localAddress0() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 3260);
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);
    }

    @Override
    public boolean isInputShutdown() {
        return false;
    }

    @Override
    public ChannelFuture shutdownInput() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ChannelFuture shutdownInput(final ChannelPromise promise) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShut;
    }

    @Override
    public ChannelFuture shutdownOutput() {
        outputShut = true;
        return newSucceededFuture();
    }

    @Override
    public ChannelFuture shutdownOutput(final ChannelPromise promise) {
        outputShut = true;
        return promise.setSuccess();
    }

    @Override
    public boolean isShutdown() {
        return outputShut;
    }

    @Override
    public ChannelFuture shutdown() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ChannelFuture shutdown(final ChannelPromise promise) {
        throw new UnsupportedOperationException();
    }
}
