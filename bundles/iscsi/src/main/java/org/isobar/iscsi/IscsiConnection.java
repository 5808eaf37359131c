package org.isobar.iscsi;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.isobar.api.scsi.ScsiTask;
import org.isobar.api.scsi.TaskAborter;
import org.isobar.common.lane.Lane;
import org.isobar.iscsi.stats.TurnClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TCP connection: bytes in, bytes out, and its two phases, login and full feature. All state belongs to the lane of
 * its channel.
 */
final class IscsiConnection extends ChannelInboundHandlerAdapter implements PduReader.Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(IscsiConnection.class);
    /** Longest data segment during login (RFC 7143 §13.12: the default). */
    private static final int LOGIN_SEGMENT_BYTES = 8192;
    /** Time a peer gets to read the last answer and close. */
    private static final long LINGER_NS = TimeUnit.SECONDS.toNanos(5);

    /** What a connection does with PDUs. */
    interface Phase {
        /** As in {@link PduReader.Receiver}. */
        void headerArrived(BasicHeaderSegment header);

        /** As in {@link PduReader.Receiver}. */
        void pduArrived(BasicHeaderSegment header, boolean dataIntact);

        /** The data segment is too long; the connection ends after the answer. */
        void oversized(BasicHeaderSegment header);

        /** An operator or a removed target wants the initiator gone. */
        void requestLogout();

        /** Runs something once those of these tasks that the logical unit works on have ended. */
        default void whenQuiet(final Predicate<IscsiTask> affected, final Runnable quiet) {
            quiet.run();
        }

        /**
         * Aborts all tasks but one that are in the task set.
         *
         * @param drained runs on the lane once the logical unit holds none of them
         */
        default void abort(final ScsiTask but, final Runnable drained) {
            drained.run();
        }

        /** The initiator has fetched enough for more to be written. */
        default void writable() {}

        /** Nothing can be written any more: releases everything, now or when the last task ends. */
        void disconnected();
    }

    private final TargetContext context;
    private final Portal portal;
    private final Channel channel;
    private final Lane lane;
    private final PduReader reader = new PduReader(this, LOGIN_SEGMENT_BYTES);
    private final PduWriter writer;
    private final CommandWindow window;
    private final TurnClock clock;
    private final ResponseWriter responses;
    private final Runnable flush = this::flush;
    private Phase phase;
    private volatile boolean loggedIn;
    private boolean open = true;
    private boolean reading;
    private boolean flushScheduled;
    private boolean heard;
    private int lastTransferTag;

    /**
     * A connection that waits for its login.
     *
     * @param portal that it came through
     * @param lane that of the channel's event loop
     * @param outOfResources the initiator is to hear so at its login
     */
    IscsiConnection(
            final TargetContext context,
            final Portal portal,
            final Channel channel,
            final Lane lane,
            final boolean outOfResources) {
        this.context = context;
        this.portal = portal;
        this.channel = channel;
        this.lane = lane;
        writer = new PduWriter(channel);
        window = new CommandWindow(context.settings().maxTasks());
        responses = new ResponseWriter(writer, window);
        clock = new TurnClock(context.clock());
        phase = new LoginPhase(this, outOfResources);
    }

    TargetContext context() {
        return context;
    }

    /** The portal that it came through. */
    Portal portal() {
        return portal;
    }

    Lane lane() {
        return lane;
    }

    PduReader reader() {
        return reader;
    }

    CommandWindow window() {
        return window;
    }

    ResponseWriter responses() {
        return responses;
    }

    /** Time, on this lane. */
    TurnClock clock() {
        return clock;
    }

    /** Whether PDUs can still be sent. */
    boolean open() {
        return open;
    }

    /** Whether the initiator fetches its answers fast enough. */
    boolean writable() {
        return channel.isWritable();
    }

    /** Address and port of the initiator. */
    String remoteAddress() {
        return PortalAddress.text((InetSocketAddress) channel.remoteAddress());
    }

    /** IP address of the initiator, without brackets or port. */
    String remoteHost() {
        return ((InetSocketAddress) channel.remoteAddress()).getAddress().getHostAddress();
    }

    /** Where initiators like this one reach the target, as {@code host:port,tag}, the portal it came through first. */
    List<String> targetAddresses() {
        final InetSocketAddress local = (InetSocketAddress) channel.localAddress();
        final InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
        return local == null || remote == null
                ? List.of()
                : PortalListing.forInitiator(context.portals().all(), portal, local, remote);
    }

    /** Whether login is over. Any thread may ask. */
    boolean loggedIn() {
        return loggedIn;
    }

    /** A transfer tag that is not the reserved one. */
    int nextTransferTag() {
        lastTransferTag = (lastTransferTag + 1) & Integer.MAX_VALUE;
        return lastTransferTag;
    }

    /** Whether anything was received since this was last asked. */
    boolean takeHeard() {
        final boolean was = heard;
        heard = false;
        return was;
    }

    /** A buffer for a data segment that is small or short-lived. */
    ByteBuf allocate(final int bytes) {
        return channel.alloc().directBuffer(bytes, bytes);
    }

    /** Login is over. */
    void enter(final IscsiSession session, final int connectionId) {
        final SessionParameters agreed = session.agreed();
        reader.agree(agreed.headerDigest, agreed.dataDigest, context.settings().maxReceiveSegmentBytes());
        writer.agree(agreed.headerDigest, agreed.dataDigest);
        phase = new FullFeaturePhase(this, session, connectionId);
        loggedIn = true;
        context.connections().loggedIn();
        LOG.info(
                "session.started tsih={} initiator={} target={} remote={}",
                session.tsih(),
                agreed.initiatorName,
                agreed.targetName,
                remoteAddress());
    }

    /** Sends what was written, together with whatever else this turn of the lane brings. */
    void flushSoon() {
        if (!reading && !flushScheduled) {
            flushScheduled = true;
            lane.execute(flush);
        }
    }

    /** Ends the connection at once. Any thread may call. */
    void closeFromAnywhere(final String why) {
        lane.execute(() -> close(why));
    }

    /** Asks the initiator to log out, and ends the connection when it does not. Any thread may call. */
    void requestLogout() {
        lane.execute(() -> {
            if (open) {
                phase.requestLogout();
            }
        });
    }

    /** Runs {@code quiet} on this lane once the logical unit has none of these tasks in hand. Any thread may call. */
    void whenQuiet(final Predicate<IscsiTask> affected, final Runnable quiet) {
        lane.execute(() -> phase.whenQuiet(affected, quiet));
    }

    /** As {@link TaskAborter#abortTasks}. Any thread may call. */
    void abortTasks(final ScsiTask but, final Runnable drained) {
        lane.execute(() -> phase.abort(but, drained));
    }

    /** Ends the connection at once. */
    void close(final String why) {
        if (open) {
            end(why);
        }
        closeChannel();
    }

    /** Ends the connection once the peer has had time to read what was written. */
    void closeAfterFlush(final String why) {
        if (!open) {
            return;
        }
        writer.flush();
        end(why);
        channel.config().setAutoRead(true);
        // Closing with unread input would reset the connection and could destroy the last answer on its way.
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> shutdownOutput());
        final Lane.Timer timer = lane.schedule(this::closeChannel, LINGER_NS);
        channel.closeFuture().addListener(closed -> timer.cancel());
    }

    @Override
    public void channelActive(final ChannelHandlerContext ctx) {
        final long timeoutNs = TimeUnit.MILLISECONDS.toNanos(context.settings().loginTimeoutMs());
        final Lane.Timer timer = lane.schedule(this::loginTimedOut, timeoutNs);
        channel.closeFuture().addListener(closed -> timer.cancel());
    }

    @Override
    public void channelRead(final ChannelHandlerContext ctx, final Object message) {
        final ByteBuf in = (ByteBuf) message;
        reading = true;
        heard = true;
        clock.beginTurn();
        try {
            reader.feed(in);
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(final ChannelHandlerContext ctx) {
        reading = false;
        flush();
    }

    @Override
    public void channelWritabilityChanged(final ChannelHandlerContext ctx) {
        if (open) {
            // An initiator that does not fetch its answers gets no further requests taken, nor tasks started.
            channel.config().setAutoRead(channel.isWritable());
            if (channel.isWritable()) {
                phase.writable();
            }
        }
    }

    @Override
    public void channelInactive(final ChannelHandlerContext ctx) {
        close("closed by initiator");
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.warn("connection.failed remote={}", remoteAddress(), cause);
        }
        close(cause.toString());
    }

    @Override
    public void headerArrived(final BasicHeaderSegment header) {
        phase.headerArrived(header);
    }

    @Override
    public void pduArrived(final BasicHeaderSegment header, final boolean dataIntact) {
        phase.pduArrived(header, dataIntact);
    }

    @Override
    public void headerCorrupt() {
        close("header digest error");
    }

    @Override
    public void oversized(final BasicHeaderSegment header) {
        phase.oversized(header);
    }

    private void flush() {
        flushScheduled = false;
        if (open) {
            writer.flush();
        }
    }

    private void loginTimedOut() {
        if (open && phase instanceof LoginPhase) {
            close("login timeout");
        }
    }

    private void shutdownOutput() {
        final ChannelFuture unused = ((DuplexChannel) channel).shutdownOutput();
    }

    private void closeChannel() {
        final ChannelFuture unused = channel.close();
    }

    private void end(final String why) {
        open = false;
        LOG.info("connection.ended remote={} why=\"{}\"", remoteAddress(), why);
        reader.stop();
        phase.disconnected();
        writer.close();
    }
}
