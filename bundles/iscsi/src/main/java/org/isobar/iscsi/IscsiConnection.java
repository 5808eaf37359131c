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
import java.util.concurrent.atomic.AtomicInteger;
import org.isobar.common.lane.Lane;
import org.isobar.iscsi.stats.TurnClock;
import org.isobar.iscsi.trace.ConnectionTrace;
import org.isobar.iscsi.trace.Direction;
import org.isobar.iscsi.trace.TraceTap;
import org.isobar.iscsi.trace.TraceTarget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TCP connection: bytes in, bytes out, and its two phases, login and full feature. All state belongs to its lane: that
 * of its channel, or once it has joined a session of another lane, that one; then input is handed over to there, in
 * bounded amounts, and output goes back through the channel's own queue.
 */
final class IscsiConnection extends ChannelInboundHandlerAdapter implements PduReader.Receiver, TraceTap {
    private static final Logger LOG = LoggerFactory.getLogger(IscsiConnection.class);
    /** Longest data segment during login (RFC 7143 §13.12: the default). */
    private static final int LOGIN_SEGMENT_BYTES = 8192;
    /** Input that waits for the session's lane before the channel reads no more. */
    private static final int MAX_HANDED_OVER_BYTES = 1 << 20;
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

        /** The initiator is to go within {@code waitMs}: an operator, a removed target or the end of the portal wants it. */
        void requestLogout(int waitMs);

        /** Nothing more is taken from the initiator; what it asked for before may still be answered. */
        default void logoutBegun() {}

        /** The initiator has fetched enough for more to be written. */
        default void writable() {}

        /** Nothing can be written any more: releases everything, now or when the last task ends. */
        void disconnected();
    }

    private static final int NO_CONNECTION = -1;

    private final TargetContext context;
    private final Portal portal;
    private final Channel channel;
    /** Lane of the channel. */
    private final Lane home;

    private final PduReader reader = new PduReader(this, LOGIN_SEGMENT_BYTES);
    private final PduWriter writer;
    private final ConnectionLimits.Place place;
    private final AtomicInteger handedOverBytes = new AtomicInteger();
    private final ResponseWriter responses;
    private final Runnable flush = this::flush;
    private volatile Lane lane;
    private CommandWindow window;
    private TurnClock clock;
    private volatile SessionParameters agreed;
    private int connectionId = NO_CONNECTION;
    private boolean loggingOut;
    private Phase phase;
    private volatile String initiatorName;
    private volatile int tsih;
    /** Takes note of all bytes, or null. */
    private ConnectionTrace trace;

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
     * @param place among all connections; the initiator without one hears so at its login
     */
    IscsiConnection(
            final TargetContext context,
            final Portal portal,
            final Channel channel,
            final Lane lane,
            final ConnectionLimits.Place place) {
        this.context = context;
        this.portal = portal;
        this.channel = channel;
        this.place = place;
        this.home = lane;
        this.lane = lane;
        writer = new PduWriter(channel);
        window = new CommandWindow(context.settings().maxTasks());
        responses = new ResponseWriter(writer, window);
        clock = new TurnClock(context.clock());
        phase = new LoginPhase(this, place.refused());
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

    /** What was agreed on for this connection; set once login is over. */
    SessionParameters agreed() {
        return agreed;
    }

    /** CID of the login. */
    int connectionId() {
        return connectionId;
    }

    /** Address and port of ours that the initiator reached. */
    String localAddress() {
        return PortalAddress.text((InetSocketAddress) channel.localAddress());
    }

    /** Whether a logout request that ends this connection was received: nothing more is taken from the initiator. */
    boolean loggingOut() {
        return loggingOut;
    }

    void beginLogout() {
        if (!loggingOut) {
            loggingOut = true;
            phase.logoutBegun();
        }
    }

    /**
     * Moves everything to a session's lane; on the channel's own lane, during login, when nothing else is in flight.
     *
     * @param then runs there
     */
    void moveTo(final IscsiSession session, final Runnable then) {
        lane = session.lane();
        lane.execute(() -> {
            // The read that brought the last request goes on at the channel's lane, which flushes nothing any more.
            reading = false;
            window = session.leading().window();
            clock = session.leading().clock();
            responses.window(window);
            then.run();
        });
    }

    /** Tells the initiator that the session lost another connection. */
    void connectionDropped(final int cid) {
        if (open && agreed != null) {
            responses.connectionDropped(cid);
            flushSoon();
        }
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
    void enter(final IscsiSession session, final SessionParameters parameters, final int cid) {
        agreed = parameters;
        connectionId = cid;
        reader.agree(agreed.headerDigest, agreed.dataDigest, context.settings().maxReceiveSegmentBytes());
        writer.agree(agreed.headerDigest, agreed.dataDigest);
        tsih = session.tsih();
        if (trace != null) {
            trace.agreed(agreed.headerDigest, agreed.dataDigest);
        }
        phase = new FullFeaturePhase(this, session);
        place.loggedIn();
        LOG.info(
                "session.{} tsih={} cid={} initiator={} target={} remote={}",
                session.leading() == this ? "started" : "joined",
                session.tsih(),
                cid,
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

    /** The initiator has said its name. */
    void identified(final String name) {
        initiatorName = name;
        if (trace == null) {
            // A trace that was started since the connection began did not know that it wants this one.
            context.traces().target(name).ifPresent(this::attach);
        } else if (trace.undecided() && !context.traces().decide(trace, name)) {
            trace(null);
        }
    }

    @Override
    public String initiatorName() {
        return initiatorName;
    }

    @Override
    public int tsih() {
        return tsih;
    }

    @Override
    public void attach(final TraceTarget target) {
        execute(() -> {
            if (open && trace == null) {
                trace(target.record(remote(), local()));
                trace.agreed(reader.headerDigest(), reader.dataDigest());
            }
        });
    }

    /** Ends the connection at once. Any thread may call. */
    void closeFromAnywhere(final String why) {
        execute(() -> close(why));
    }

    /** Runs something on this connection's lane, even when it moves meanwhile. Any thread may call. */
    void execute(final Runnable action) {
        final Lane now = lane;
        now.execute(() -> {
            if (now == lane) {
                action.run();
            } else {
                execute(action);
            }
        });
    }

    /** Asks the initiator to log out, and ends the connection when it does not. Any thread may call. */
    void requestLogout() {
        requestLogout(context.settings().logoutWaitMs());
    }

    /** As {@link #requestLogout()}, with a time of its own. Any thread may call. */
    void requestLogout(final int waitMs) {
        execute(() -> {
            if (open) {
                phase.requestLogout(waitMs);
            }
        });
    }

    /** Ends the connection at once. */
    void close(final String why) {
        if (open) {
            end(why);
        }
        closeChannel();
    }

    /** Ends the connection, after telling the initiator that the whole session ends (RFC 7143 §11.9.1). */
    void dropSession(final String why) {
        if (open && agreed != null && !loggingOut) {
            // The others hear so themselves, and need not hear of this one.
            loggingOut = true;
            responses.sessionDropped();
            closeAfterFlush(why);
        } else {
            close(why);
        }
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
        traceFromStart();
        final long timeoutNs = TimeUnit.MILLISECONDS.toNanos(context.settings().loginTimeoutMs());
        final Lane.Timer timer = lane.schedule(() -> execute(this::loginTimedOut), timeoutNs);
        channel.closeFuture().addListener(closed -> timer.cancel());
    }

    @Override
    public void channelRead(final ChannelHandlerContext ctx, final Object message) {
        final ByteBuf in = (ByteBuf) message;
        if (lane != home) {
            handOver(in);
            return;
        }
        reading = true;
        take(in);
    }

    @Override
    public void channelReadComplete(final ChannelHandlerContext ctx) {
        if (lane == home) {
            reading = false;
            flush();
        }
    }

    @Override
    public void channelWritabilityChanged(final ChannelHandlerContext ctx) {
        if (lane == home) {
            writabilityChanged();
        } else {
            execute(this::writabilityChanged);
        }
    }

    @Override
    public void channelInactive(final ChannelHandlerContext ctx) {
        closeHere("closed by initiator");
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.warn("connection.failed remote={}", remoteAddress(), cause);
        }
        closeHere(cause.toString());
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

    private void take(final ByteBuf in) {
        heard = true;
        clock.beginTurn();
        if (trace != null) {
            traceReceived(in);
        }
        try {
            reader.feed(in);
        } finally {
            in.release();
        }
    }

    /** Gives input to the session's lane; the channel reads no more while much of it waits there. */
    private void handOver(final ByteBuf in) {
        final int bytes = in.readableBytes();
        if (handedOverBytes.addAndGet(bytes) > MAX_HANDED_OVER_BYTES) {
            channel.config().setAutoRead(false);
        }
        lane.execute(() -> {
            reading = true;
            take(in);
            reading = false;
            flush();
            if (handedOverBytes.addAndGet(-bytes) <= MAX_HANDED_OVER_BYTES && channel.isWritable()) {
                channel.config().setAutoRead(true);
            }
        });
    }

    private void writabilityChanged() {
        if (open) {
            // An initiator that does not fetch its answers gets no further requests taken, nor tasks started.
            channel.config().setAutoRead(channel.isWritable() && handedOverBytes.get() <= MAX_HANDED_OVER_BYTES);
            if (channel.isWritable()) {
                phase.writable();
            }
        }
    }

    /** As {@link #close}, called on the channel's lane. */
    private void closeHere(final String why) {
        if (lane == home) {
            close(why);
        } else {
            execute(() -> close(why));
        }
    }

    private void flush() {
        flushScheduled = false;
        if (open) {
            writer.flush();
        }
    }

    private void traceFromStart() {
        context.traces().add(this);
        channel.closeFuture().addListener(closed -> context.traces().remove(this));
        trace(context.traces().begin(remote(), local()));
    }

    private void trace(final ConnectionTrace recorder) {
        if (trace != null) {
            trace.close();
        }
        trace = recorder;
        writer.trace(recorder);
    }

    private void traceReceived(final ByteBuf in) {
        if (!trace.running()) {
            trace(null);
            return;
        }
        if (!trace.needsBoundary(Direction.RECEIVED)) {
            trace.record(Direction.RECEIVED, in);
            return;
        }
        final int skipped = reader.bytesToBoundary();
        if (skipped < 0 || skipped >= in.readableBytes()) {
            trace.skip(Direction.RECEIVED, in.readableBytes());
        } else {
            trace.skip(Direction.RECEIVED, skipped);
            trace.boundary(Direction.RECEIVED);
            trace.record(Direction.RECEIVED, in, in.readerIndex() + skipped, in.readableBytes() - skipped);
        }
    }

    private InetSocketAddress remote() {
        return (InetSocketAddress) channel.remoteAddress();
    }

    private InetSocketAddress local() {
        return (InetSocketAddress) channel.localAddress();
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
        trace(null);
    }
}
